"""`study audit`: an adversary who sees everything a rater's browser sees, and never hears a clip.

``seen`` is what it saw; ``features``, ``classifier`` and ``verdict`` turn that into a table and need no Django.
``adversary`` walks the pages over HTTP; ``house`` builds the copy of a study that it walks in; ``traces`` gives
back what it held.
"""

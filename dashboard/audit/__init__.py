"""`study audit`: tests whether anything but the sound tells the two sides of a task apart.

``study_copy`` makes and serves a copy of the study; ``attack`` and ``adversary`` go through its pages over HTTP and
record ``observations``; ``features``, ``encoding`` and ``classifier`` turn these into predictions, and ``verdict`` into
a table. Only ``study_copy``, ``load_copy``, ``attack`` and ``report`` know Django; the other modules are pure.
"""

"""Which backends there are. A new one is one file and one line here (``docs/backends.md``).

Names only: nothing is imported before a worker prepares a system, so the web starts without torch, and a worker without
transformers still serves the built-in model.
"""

BACKENDS: dict[str, str] = {
    "builtin": "generation.backends.builtin:BuiltinBackend",
    "folder": "generation.backends.folder:FolderBackend",
    "http": "generation.backends.http:HttpBackend",
    "musicgen": "generation.backends.musicgen:MusicGenBackend",
    "stable-audio": "generation.backends.stable_audio:StableAudioBackend",
}

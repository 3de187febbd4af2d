"""Sounds as files: the store, uploads, archives, manifests, headers."""

"""Systems become samples: Celery workers, backends, canonical sound and text, the store."""

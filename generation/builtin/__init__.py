"""The small text-to-music model that comes with the platform: notes written by a transformer, played by a synthesiser."""

"""The small text-to-music model of the platform: notes written by a transformer, played by a synthesiser."""

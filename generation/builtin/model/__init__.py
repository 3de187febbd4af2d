"""The network, its alphabet, how it samples, and its checkpoints. Pure torch."""

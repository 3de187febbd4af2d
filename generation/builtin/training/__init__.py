"""How the built-in checkpoints are made: corpus, training, embedding, fine-tuning. Pure torch."""

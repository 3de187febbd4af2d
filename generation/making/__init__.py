"""What a worker does: batches of clips, finishing, mastering, degraded copies, automatic measures."""

"""From a claim to a finished clip: the worker's own work. Imports torch; writes rows through `generation.queue`."""

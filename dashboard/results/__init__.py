"""Results while a study runs and after: early looks, the exported bundle."""

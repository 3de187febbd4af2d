"""What a researcher does to a study: write, size, launch, recruit, watch, close."""

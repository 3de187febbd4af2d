"""The words the built-in model knows: lexicon, captions, reading of prompts. Pure."""

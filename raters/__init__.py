"""People, what they are given, what they answer, and the pages they see."""

"""Second answers: the same questions worked out another way, in plain Python, for comparison."""

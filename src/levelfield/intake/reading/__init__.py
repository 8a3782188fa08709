"""What lies on disk as tables of text: nothing guessed, faults of structure noted."""

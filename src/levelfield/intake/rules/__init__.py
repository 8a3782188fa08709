"""The rules: those the contract generates in words, and those that somebody thought about."""

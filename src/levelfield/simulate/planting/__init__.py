"""Planting: rows of a sound submission made faulty on purpose, and all that must be found."""

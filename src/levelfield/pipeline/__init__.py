"""The order of the rooms: load, build, pay, publish, and all of it as a demonstration."""

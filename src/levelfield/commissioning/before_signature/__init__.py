"""Guards before signature: what a proposed contract rests on, and which gates are still open."""

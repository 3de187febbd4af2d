"""How often a piece does what its prompt asks: rules and recognition. Pure."""

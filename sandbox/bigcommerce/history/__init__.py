"""A believable past for a new store: the neighbour's people and purchases, told in this platform's terms."""

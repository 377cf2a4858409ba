"""A believable past for a new shop: who bought what and when, always the same for the same seed."""

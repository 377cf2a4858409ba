"""What a store keeps, and its limits. Nothing here speaks HTTP."""

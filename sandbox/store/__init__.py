"""What a shop has: customers, orders, products, tags, tokens, its bucket and its faults. Nouns only."""

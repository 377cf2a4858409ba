"""Control of the pretend stores, for tests and curious people: everything under ``/_sandbox/bigcommerce``."""

"""The page's JSON, over a real database."""

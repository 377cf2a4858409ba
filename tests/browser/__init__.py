"""The page in a real browser, inside the admin of a sandbox store, with real servers and workers."""

"""What the shop tells the app: topics, bodies in the shape of 2026-07 and later, signing, sending, retrying."""

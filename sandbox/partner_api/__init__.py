"""The Partner API: what the app's own account may ask about the shops that have it."""

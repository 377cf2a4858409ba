"""Everything under ``/_sandbox``: what tests, the demo and the shop window ask of the pretend world."""

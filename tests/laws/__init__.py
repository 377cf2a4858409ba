"""Laws that hold for every store and every rule, checked against an oracle that knows no SQL."""

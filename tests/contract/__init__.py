"""What we promise about other people's formats, checked against their published descriptions."""

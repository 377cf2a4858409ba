"""Nothing of ours outlives its owner, and everything starts wherever it is."""

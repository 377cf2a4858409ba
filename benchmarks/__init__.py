"""What script/bench runs: figures, as ratios within one run. Nothing here is a test."""

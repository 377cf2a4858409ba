"""What is true: pure values. Nothing here reads a clock, a setting, a file or a database."""

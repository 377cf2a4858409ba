"""The `regulars` command, each noun against real servers."""

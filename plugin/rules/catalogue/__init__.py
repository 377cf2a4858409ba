"""The catalogue's entries, a file for each set of names; ``plugin.rules.fields`` is where they are looked up."""

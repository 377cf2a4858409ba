"""Everything with a URL, over real servers."""

"""What breaks on purpose: platforms, processes, servers, timing; and how the product comes out of it."""

"""Platforms: proving, translating, calling. Real HTTP, real Redis; time is given."""

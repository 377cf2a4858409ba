"""Addresses that are not the JSON API: the page itself, health, metrics."""

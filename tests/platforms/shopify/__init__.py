"""Shopify's package, file by file."""

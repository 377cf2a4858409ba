"""Promises made in prose, kept by tests."""

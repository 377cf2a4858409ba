"""Tests of plugin/engine."""

"""Histories that can be played to a running app: files become deliveries, and deliveries are sent.

``delivery`` is one webhook; ``jsonl`` and ``online_retail`` read files of two formats; ``sender`` plays
them over HTTP. Reads no settings, opens no database. docs/replay.md says what each format means.
"""

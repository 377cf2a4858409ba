"""Who we talk to: one package per platform, and ``http``, the only door out.

Platforms do not know each other; nothing above them knows a payload key.
"""

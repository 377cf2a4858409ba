"""A store as a file: what a person or a test writes down, translated as a platform's messages are.

``document`` reads YAML or JSON, ``shapes`` and ``whole`` say what may stand in it (docs/store-file.md and
docs/schema/store-file.json are made from them by ``reference``), ``deliveries`` makes messages of it, and
``translate`` turns those into facts. Nothing here evaluates a rule.
"""

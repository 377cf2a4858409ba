"""Shopify. README.md tells its quirks; ``manifest.json`` what we ask of a store.

``connect`` how we reach a shop, and it us · ``auth`` who is it · ``webhooks`` is it genuine ·
``translate`` what does it say · ``client`` calls the Admin API · ``limits`` at its pace · ``sync`` reads and exports ·
``tagging``, ``bundles``, ``documents`` and ``twins`` write. ``values``, ``payloads``, ``answers``, ``purchases``,
``people`` and ``reads`` are the parts of ``translate``.
"""

"""BigCommerce. README.md tells its quirks; ``manifest.json`` what we ask of a store.

``connect`` how we reach a store, and it us · ``auth`` who is it · ``webhooks`` is it genuine ·
``translate`` what does it say · ``client`` calls the API · ``limits`` at its pace · ``sync`` reads,
``history`` all of it, ``listing`` what changed. ``values``, ``answers``,
``sales``, ``statuses``, ``purchases``, ``refunds``, ``goods``, ``people``, ``places``, ``products``, ``channels`` and
``reads`` are the parts of ``translate``; ``gather`` and ``gather_orders`` lay beside things what belongs to them.
``tagging`` and ``documents`` write.
"""

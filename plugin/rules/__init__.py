"""The language: how a rule is written, what it is made of, and what it says in plain words.

From text to meaning: ``grammar`` reads the text, ``build`` makes the ``tree``, ``typecheck`` refuses
what makes no sense, ``parse`` is these three in one; ``meaning`` says Shopify's names in our own
terms. From the tree back: ``print`` (text), ``describe`` (a sentence), ``schema`` (JSON).
``fields`` is the catalogue of names, ``segment`` what a merchant saves, ``references`` and ``graph``
what reads what, ``check`` friendly warnings.

Pure: nothing here knows a database, a clock or a setting. Whether a customer *is* in a segment is
decided in ``plugin/engine``.
"""

"""The language: how a rule is written, what it is made of, and what it says in plain words.

From text to meaning: ``grammar`` reads the text, ``build`` makes the ``tree`` (``values``, ``calls``,
``aggregates`` and ``matches`` its parts), ``typecheck`` refuses what makes no sense, ``parse`` is these three
in one; ``meaning`` says it all in the few words that the engine computes. From the tree back: ``print`` (text),
``describe`` (a sentence), ``tree_schema`` (JSON), ``json_schema`` (what is published of it). ``fields`` is the
catalogue of names, ``segment`` what a merchant saves and ``schema`` its JSON, ``references`` and ``graph`` what
reads what, ``reads`` and ``refusals`` which facts that needs, ``check`` friendly warnings.

Pure: nothing here knows a database, a clock or a setting. Whether a customer *is* in a segment is
decided in ``plugin/engine``.
"""

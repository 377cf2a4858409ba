"""Everything with a URL: webhooks, the embedded page, its JSON API, health and metrics.

- ``wsgi``      what the server runs; ``app`` wires it.
- ``ingest``    the short path of webhooks, in front of Flask.
- ``session``   who asks: an ID token on every request; which routes need none.
- ``security``  what browsers are told; ``errors`` and ``words`` what people are told.
- ``routes/``   the document, health, metrics.
- ``api/``      the page's JSON, a file per noun.
- ``static/``, ``templates/``  the page itself: plain HTML, CSS and ES modules, nothing to build.

SQL, decisions and calls to platforms are elsewhere: here a request becomes a call and an answer.
"""

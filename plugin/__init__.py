"""Regulars: customer segments that keep themselves.

The rooms, from the ground up; a room imports only from those above it in this list:

- ``domain``     what is true: ids, money, text, facts, errors. Pure.
- ``rules``      the language: grammar, tree, parse, print, describe, check. Pure.
- ``db``         where it is kept: a file per noun; the only door to PostgreSQL.
- ``platforms``  who we talk to: Shopify, BigCommerce.
- ``engine``     who is in: rules become SQL, SQL becomes memberships.
- ``insights``   what it means.
- ``flow``       what happens: one file per verb.
- ``web``, ``cli`` and the package ``workers`` beside this one: the doors.

Nothing is imported here, so that a worker never loads the web framework.
"""

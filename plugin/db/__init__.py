"""Where it is kept: a file per noun, holding its table and its queries, and the only door to PostgreSQL.

Here belongs SQL that stores and finds; SQL that decides who is in belongs to ``engine``. Every table
of a store has ``store_id`` first in its key and row-level security; every column says whether it is
personal.
"""

"""What old databases hold keeps its meaning when the schema changes."""

from collections.abc import Iterator

import psycopg
import pytest

from embedded.postgres import Postgres
from embedded.roles import drop_database, owner_database
from plugin.db.migrate import downgrade, migrate
from plugin.db.roles import ROLES

NAME = "test_migrations"
PASSWORDS = dict.fromkeys(ROLES, "unused")
OLD_ROWS = """
INSERT INTO stores (platform, remote_id, domain, name, timezone, currency, scopes, state, installed_at)
  VALUES ('shopify', '1', 'a.example', 'A', 'UTC', 'GBP', '{}', 'ready', now());
ALTER TABLE attributes NO FORCE ROW LEVEL SECURITY;
INSERT INTO attributes (store_id, customer_id, name, at, digest, value, folded) VALUES
  (1, 5, 'countries', '2026-01-01Z', 'x', '{DE,GB}', '{de,gb}'), (1, 5, 'countries', '2026-02-01Z', 'y', '{}', '{}'),
  (1, 5, 'language', '2026-01-01Z', 'x', '{en}', '{en}'), (1, 5, 'state', '2026-01-01Z', 'x', '{ENABLED}', '{enabled}');
ALTER TABLE lines NO FORCE ROW LEVEL SECURITY;
INSERT INTO lines (store_id, order_id, id, placed_at, quantity, gross, discount, gift_card, type) VALUES
  (1, 1, 1, now(), 1, 5, 0, false, NULL), (1, 1, 2, now(), 1, 5, 0, false, 'Mug');
ALTER TABLE attributes FORCE ROW LEVEL SECURITY; ALTER TABLE lines FORCE ROW LEVEL SECURITY"""


@pytest.fixture
def old(postgres_server: Postgres, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The URL of a database of the first schema, with rows in it."""
    url = owner_database(postgres_server, NAME)
    with monkeypatch.context() as patch:
        patch.setattr("plugin.db.roles.grant", lambda *_: None)  # The declared tables are not there yet.
        migrate(url, PASSWORDS, target="0001")
    with psycopg.connect(url) as connection:
        connection.execute(OLD_ROWS)
    yield url
    drop_database(postgres_server, NAME)


def rows(url: str, table: str, columns: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        connection.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        found = connection.execute(f"SELECT {columns} FROM {table} ORDER BY 1, 2").fetchall()
        connection.rollback()
    return found


def test_countries_become_addresses_and_attributes_get_the_names_of_rules(old: str) -> None:
    migrate(old, PASSWORDS)

    assert rows(old, "addresses", "at::date::text, country, region, latitude, main") == [
        ("2026-01-01", ["de", "gb"], [None, None], [None, None], 0),
        ("2026-02-01", [], [], [], 0),
    ]
    assert rows(old, "attributes", "name, type, value") == [
        ("customer_account_status", "text", ["ENABLED"]),
        ("customer_language", "text", ["en"]),
    ]


def test_what_old_lines_do_not_say_is_unknown(old: str) -> None:
    migrate(old, PASSWORDS)

    one, other = rows(old, "lines", "id, type, unknown")
    assert {"type", "product_tag", "cost", "property"} <= set(one[2])  # type: ignore[call-overload]
    assert "type" not in other[2]  # type: ignore[operator]
    assert "cost" in other[2]  # type: ignore[operator]


def test_new_lines_are_known_unless_they_say_otherwise(old: str) -> None:
    migrate(old, PASSWORDS)

    with psycopg.connect(old) as connection:
        default = connection.execute(
            """SELECT column_default FROM information_schema.columns
               WHERE column_name = 'unknown' AND table_name IN ('lines', 'orders')"""
        ).fetchall()
    assert [text.partition("::")[0] for (text,) in default] == ["'{}'"] * 2


def test_going_back_brings_the_countries_back(old: str) -> None:
    migrate(old, PASSWORDS)

    downgrade(old, "0001")

    assert rows(old, "attributes", "name, value") == [
        ("countries", []),
        ("countries", ["DE", "GB"]),
        ("language", ["en"]),
        ("state", ["ENABLED"]),
    ]


OLD_CHANNELS = """
ALTER TABLE orders NO FORCE ROW LEVEL SECURITY; ALTER TABLE segment_versions NO FORCE ROW LEVEL SECURITY;
INSERT INTO orders (store_id, id, updated_at, seen_at, digest, placed_at, test, gross, discount, shipping, tax, total,
    quantity, currency, discount_codes, tags, channel, app, app_id)
  SELECT 1, id, now(), now(), 'x', now(), false, 1, 0, 0, 0, 1, 1, 'GBP', '{}', '{}', channel, app, app_id
  FROM (VALUES (1, 'web', NULL, NULL), (2, 'iphone', NULL, NULL), (3, 'my till', NULL, NULL),
    (4, '1234567', NULL, NULL), (5, 'my till', 'Tills', '9'), (6, NULL, NULL, NULL)) t(id, channel, app, app_id);
INSERT INTO segment_versions (store_id, segment_id, version, definition, outputs, author) VALUES (1, 1, 1, '
  {"kind": "rule", "rule": "any(orders WHERE channel NOT IN (''pos'', ''iphone'') AND name = ''iphone'')"}', '{}', 'a'),
  (1, 2, 1, '{"kind": "rule", "rule": "any(orders WHERE channel IN (''pos'', ''My till'', ''12''))"}', '{}', 'a'),
  (1, 3, 1, '{"kind": "rule", "rule": "any(lines WHERE order.channel = ''My till'')"}', '{}', 'a'),
  (1, 4, 1, '{"kind": "rule", "rule": "any(orders WHERE channel != ''My till'')"}', '{}', 'a');
ALTER TABLE orders FORCE ROW LEVEL SECURITY; ALTER TABLE segment_versions FORCE ROW LEVEL SECURITY"""


def test_channels_become_words_of_ours_in_orders_and_in_rules(old: str) -> None:
    migrate(old, PASSWORDS, target="0004")
    with psycopg.connect(old) as connection:
        connection.execute(OLD_CHANNELS)

    migrate(old, PASSWORDS)

    assert rows(old, "orders", "id, channel, app, app_id") == [
        (1, "web", None, None),
        (2, "mobile", None, None),
        (3, "other", "my till", None),
        (4, "other", None, "1234567"),
        (5, "other", "Tills", "9"),
        (6, None, None, None),
    ]
    assert rows(old, "segment_versions", "segment_id, definition ->> 'rule'") == [
        (1, "any(orders WHERE channel NOT IN ('pos', 'mobile') AND name = 'iphone')"),
        (2, "any(orders WHERE (channel = 'pos' OR app = 'my till' OR app_id = 12))"),
        (3, "any(lines WHERE order.app = 'my till')"),
        (4, "any(orders WHERE (channel IS NOT NULL AND NOT (app = 'my till')))"),
    ]

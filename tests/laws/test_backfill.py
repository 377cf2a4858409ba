"""The backfill of a store is the replay of its webhooks: installed late or early, the facts are the same.

A shop of the sandbox lives a random life. Once the app was there from the beginning and hears all of it, in
any order, some of it twice; once it is installed afterwards and reads the history. What may differ is named here.
"""

import random
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from embedded.children import Children
from embedded.home import scratch
from embedded.json_client import JsonClient
from embedded.ports import free_port
from embedded.postgres import Postgres
from embedded.roles import clone_database, drop_database
from plugin.db import inbox, memberships, observations
from plugin.domain.ids import CustomerId
from plugin.flow.house import House, open_house
from plugin.flow.install import install
from tests.conftest import ROOT
from tests.database import Database
from tests.faults.shop import Merchant, Shop
from tests.flow.conftest import SECRET, settings_for
from tests.laws.living import Life

SEEDS = range(4)
STEPS = 45
OF_THE_MESSAGE = {"store_id", "seen_at", "digest"}
"""Which message said it last, and when: two ways cannot have that in common."""
OF_THE_VISIT = {
    "location_id", "location", "staff", "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content",
}  # fmt: skip
"""What only webhooks say of an order; a history knows that it does not know (``unknown``)."""
OF_THE_READ = {"app", "selling_plan", "options", "unknown"}
"""What only a read says, or a webhook says in another way: the name of the app, the plan a line was bought under."""
OF_THE_PRODUCT = {"type", "product_tags", "compare_at", "unit_cost", "categories", "of_product"}
"""What a product was when it was bought: known to who was there, unknown to who came later."""
TABLES: Mapping[str, tuple[str, set[str]]] = {
    "orders": ("id", OF_THE_MESSAGE | OF_THE_VISIT | OF_THE_READ),
    "lines": ("order_id, id", {"store_id"} | OF_THE_READ | OF_THE_PRODUCT),
    "refunds": ("order_id, id", OF_THE_MESSAGE | {"updated_at"}),
    "refund_lines": ("order_id, refund_id, line_id", {"store_id"}),
}
LATEST: Mapping[str, tuple[str, str]] = {
    "addresses": ("customer_id", "country, region, city, postcode, main"),
    "consents": ("customer_id, channel", "state, level, at"),
    "attributes": ("customer_id, name", "type, value"),
}
"""Of dated facts the latest: what was so before, a history cannot know."""
OF_BOTH = {"consents", "attributes"}
ASK_OF_BOTH = {"reader"}
"""After a merge what both records agreed to and were is the survivor's; a history knows of the survivor's only."""
RULES = {
    "spent": "sum(orders.net) >= 60",
    "often": "number_of_orders >= 3",
    "back": "count(refunds) >= 1",
    "friend": "customer_tags CONTAINS 'friend'",
    "reader": "email_subscription_status = 'SUBSCRIBED'",
    "abroad": "customer_countries CONTAINS 'FR'",
    "coupon": "count(orders WHERE discount_code CONTAINS 'spring') >= 1",
    "shop": "count(orders WHERE channel = 'pos') >= 1",
    "given up": "count(cancelled orders) >= 1",
}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[JsonClient]:
    """A sandbox that tells the app what the app's configuration asks for; nothing of it arrives."""
    port = free_port()
    command = [sys.executable, "-m", "sandbox", "--port", str(port), "--app-url", "http://127.0.0.1:1"]
    command += ["--client-id", "test-client-id", "--client-secret", SECRET]
    command += ["--topics-file", str(ROOT / "manifest.json")]
    with scratch() as folder, Children(folder) as children:
        children.start("sandbox", command, folder=ROOT)
        children.wait_http("sandbox", port, "/_sandbox/health")
        yield JsonClient(f"http://127.0.0.1:{port}")


@pytest.fixture(scope="module")
def later_database(postgres_server: Postgres, _template: str) -> Iterator[Database]:
    """The database of the app that is installed later."""
    yield Database("test_later", clone_database(postgres_server, "test_later", _template))
    drop_database(postgres_server, "test_later")


@pytest.fixture
def early(module_database: Database, redis_url: str, sandbox: JsonClient) -> Iterator[House]:
    yield from a_house(module_database, redis_url, sandbox)


@pytest.fixture
def late(later_database: Database, redis_url: str, sandbox: JsonClient) -> Iterator[House]:
    yield from a_house(later_database, redis_url, sandbox)


def a_house(database: Database, redis_url: str, sandbox: JsonClient) -> Iterator[House]:
    opened = open_house(settings_for(database, redis_url, SHOPIFY_SHOP_URL=f"{sandbox.base}/{{shop}}"))
    yield opened
    opened.database.close()


@pytest.mark.parametrize("merges", [False, True], ids=["without merges", "with merges"])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_history_and_the_webhooks_of_the_same_life_are_the_same_facts(
    early: House, late: House, sandbox: JsonClient, seed: int, merges: bool
) -> None:
    shop = an_empty_shop(sandbox, f"life-{seed}-{merges:d}.myshopify.com")
    heard = Merchant(early, shop, install(early, shop.domain, shop.id_token()).id)
    heard.read_history()
    Life(shop, seed, merges=merges).go_on(STEPS)
    deliver(heard, random.Random(seed))
    read = Merchant(late, shop, install(late, shop.domain, shop.id_token()).id)
    read.read_history()
    read.absorb()

    for name in {*TABLES, *LATEST, "customers", "tags"} - (OF_BOTH if merges else set()):
        assert apart(picture(read, name), picture(heard, name)) == [], name
    rules = {name: rule for name, rule in RULES.items() if not merges or name not in ASK_OF_BOTH}
    assert members(read, rules) == members(heard, rules)
    assert len(picture(read, "orders")) == len(shop.get("/orders")) > 0


def an_empty_shop(sandbox: JsonClient, domain: str) -> Shop:
    """A shop with goods and nobody in it; what it tells is kept and not sent."""
    shop = Shop(sandbox, domain)
    asked = {"domain": domain, "customers": 0, "years": 0.1, "seed": 3, "plan": "plus"}
    sandbox.post("/_sandbox/shops", {**asked, "timezone": "Europe/Berlin", "currency": "EUR"})
    shop.fail()
    shop.post("/open")
    return shop


def deliver(merchant: Merchant, chance: random.Random) -> None:
    """Every message of the shop arrives, in any order, some twice, a few at a time."""
    told = [each for each in merchant.shop.get("/deliveries?bodies=1") if not each["topic"].startswith("bulk_")]
    told += chance.sample(told, len(told) // 5)
    chance.shuffle(told)
    for number, each in enumerate(told):
        at = datetime.fromisoformat(each["triggered_at"][:26]).replace(tzinfo=UTC)
        body = each["body"].encode()
        inbox.insert(merchant.house.database, merchant.store, each["topic"], each["id"], at, body)
        if number % 40 == 39:
            merchant.absorb()
    with merchant.house.database.store(merchant.store) as tx:
        tx.execute("UPDATE reads SET due_at = now()")
    merchant.absorb()


def apart(read: list[Any], heard: list[Any]) -> list[Any]:
    """Where the two differ: of rows that both have by column, with what the history says first."""
    if len(read) != len(heard) or not (read and isinstance(read[0], dict)):
        return [("read", row) for row in read if row not in heard] + [
            ("heard", row) for row in heard if row not in read
        ]
    return [
        (one.get("id", one), name, one[name], other[name])
        for one, other in zip(read, heard, strict=True)
        for name in one
        if one[name] != other[name]
    ]


def picture(merchant: Merchant, name: str) -> list[Any]:
    """The facts of this noun, without what may differ."""
    with merchant.house.database.store(merchant.store) as tx:
        if name in TABLES:
            key, left_out = TABLES[name]
            columns = [row[0] for row in tx.rows(COLUMNS, (name,))]
            kept = ", ".join(f'"{column}"' for column in columns if column not in left_out)
            return [
                dict(zip(kept.replace('"', "").split(", "), row, strict=True))
                for row in tx.rows(f"SELECT {kept} FROM {name} WHERE store_id = %s ORDER BY {key}", (tx.store_id,))
            ]
        if name in LATEST:
            key, kept = LATEST[name]
            return tx.rows(
                f"""SELECT DISTINCT ON ({key}) {key}, {kept} FROM {name} WHERE store_id = %s
                    ORDER BY {key}, at DESC, {"state" if name == "consents" else "digest"}""",
                (tx.store_id,),
            )
        if name == "customers":
            return tx.rows(
                """SELECT id, updated_at, created_at, email, name FROM customers
                   WHERE store_id = %s AND merged_into IS NULL ORDER BY id""",
                (tx.store_id,),
            )
        ids = [row[0] for row in tx.rows("SELECT id FROM customers WHERE merged_into IS NULL ORDER BY id")]
        return sorted((who, sorted(tags)) for who, tags in observations.tags_now(tx, ids).items() if tags)


COLUMNS = "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"


def members(merchant: Merchant, rules: Mapping[str, str]) -> dict[str, list[CustomerId]]:
    """Who is in each of the rules' segments."""
    found = {}
    for name, rule in rules.items():
        segment = merchant.live(rule, tag=f"is {name}")
        with merchant.house.database.store(merchant.store) as tx:
            found[name] = sorted(row.customer_id for row in memberships.members(tx, segment))
    return found

"""Who is forgotten stands in no dump, no cache and no log of the whole app, and nothing brings them back."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from embedded.stage import DATABASE, Stage
from plugin.db.tables import metadata
from plugin.domain.ids import StoreId
from plugin.flow.house import House, open_house
from plugin.flow.restart import restart
from plugin.settings import Settings
from tests.stories.pains.corner import Corner
from tests.stories.play import until

TELLING = (
    "Zephyrine",
    "Quillfeather",
    "zephyrine@hush.example",
    "Nowhereton",
    "NW9 9ZZ",
    "likes it quiet",
    "+4479460777",
)
WHO = dict(zip(("first_name", "last_name", "email", "city", "zip", "note", "phone"), TELLING, strict=True))


def dumped(stage: Stage) -> str:
    """The whole database as pg_dump writes it: every row, sequence, large object and comment."""
    program = Path(os.readlink(f"/proc/{stage.postgres.process.pid}/exe")).parent / "pg_dump"
    command = [str(program), "--dbname", stage.postgres.url(DATABASE)]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


def cached(stage: Stage) -> str:
    """Every key of Redis with its value."""
    with redis.Redis.from_url(stage.valkey.url) as server:
        read = {
            b"string": server.get,
            b"list": lambda key: server.lrange(key, 0, -1),
            b"hash": server.hgetall,
            b"set": server.smembers,
            b"zset": lambda key: server.zrange(key, 0, -1, withscores=True),
        }
        return "\n".join(f"{key!r}: {read[server.type(key)](key)!r}" for key in server.scan_iter())


def logged(stage: Stage) -> str:
    """What every process has written, the servers too."""
    folder = stage.children["web"].log.parent
    return "\n".join(each.read_text(errors="replace") for each in sorted(folder.rglob("*.log")))


def telling(text: str) -> set[str]:
    """Which of the texts stand there, in any spelling, as they are or as the hexadecimal of bytes."""
    text = text.casefold()
    spellings = {each: (each.casefold(), each.encode().hex(), each.casefold().encode().hex()) for each in TELLING}
    return {each for each, spelled in spellings.items() if any(one in text for one in spelled)}


@pytest.fixture
def house(on_stage: Stage) -> Iterator[House]:
    opened = open_house(Settings.from_environment(on_stage.environment))
    yield opened
    opened.database.close()


def tables_with(shop: Corner, number: int) -> set[str]:
    """The shop's tables in which the number stands anywhere."""
    tenant = [table.name for table in metadata.sorted_tables if table.info.get("tenant")]
    query = "SELECT count(*) FROM {} t WHERE t::text ~ '{}|{}' AND store_id = %s"
    hexed = str(number).encode().hex()
    return {name for name in tenant if shop.rows(query.format(name, number, hexed))[0][0]}


def test_who_is_forgotten_is_in_no_dump_no_cache_and_no_log_and_nothing_brings_them_back(
    on_stage: Stage, house: House
) -> None:
    shop = Corner.open(on_stage, "forgetful", customers=4)
    shop.live("count(orders) >= 1 AND customer_tags CONTAINS 'newsletter'", "shy")
    who = shop.someone("Z", **WHO, country_code="GB", address1="Hush Lane 7", tags=["newsletter"], state="ENABLED")
    order = shop.buy(who, "80.00", note="likes it quiet")
    shop.until_has(who, "shy")
    shop.post(f"/orders/{order['id']}/refund", {"amount": "5.00"})
    shop.settle()
    shop.app(f"/customers?search={TELLING[2]}")
    shop.app(f"/customers/{who}/export")
    assert telling(dumped(on_stage)) == set(TELLING)
    assert tables_with(shop, who) > {"customers", "orders", "outbox", "memberships", "inbox"}

    old = [each for each in shop.get("/deliveries?bodies=1") if str(who) in each["body"]]
    shop.post("/privacy", {"topic": "customers/redact", "customer_id": who})
    until(lambda: "customers" not in tables_with(shop, who), "the customer is forgotten")
    for number, each in enumerate(old):  # Messages that were on their way for long.
        assert shop.webhook(each["topic"], each["body"].encode(), f"late-{number}") == 200
    shop.settle()
    restart(house, StoreId(shop.store))  # The store still knows them: so will a second reading of its history.
    until(lambda: shop.state != "ready", "the history is read again")
    until(lambda: shop.state == "ready", "the history is whole again")
    shop.settle()

    assert telling(dumped(on_stage)) == set()
    assert telling(cached(on_stage)) == set()
    assert telling(logged(on_stage)) == set()
    assert tables_with(shop, who) == {"tombstones"}
    assert json.dumps(who) not in cached(on_stage)


def test_a_forgotten_store_is_a_number_and_a_few_days(on_stage: Stage) -> None:
    shop = Corner.open(on_stage, "vanishing", customers=3)
    shop.settle()
    assert "vanishing.myshopify.com" in dumped(on_stage)

    shop.post("/uninstall")
    until(lambda: shop.state == "uninstalled", "the app is gone, two days before its data have to")
    shop.post("/privacy", {"topic": "shop/redact"})
    until(lambda: shop.left() == {}, lambda: f"nothing is left of the shop; {shop.left()}")

    assert "vanishing" not in dumped(on_stage)
    with redis.Redis.from_url(on_stage.valkey.url) as server:
        left = [key for key in server.scan_iter() if b"vanishing" in key]
        assert all(0 < server.ttl(key) <= 86_400 for key in left), left

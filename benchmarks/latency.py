"""From a signed POST to the tag in the sandbox store's own state, with every process of the Procfile running.

The sandbox tells when: it announces each tag it was given, in the same moment, with its own clock.
"""

import contextlib
import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec

from benchmarks.load import paced
from benchmarks.table import Row, median, percentile
from benchmarks.webhooks import SECRET, Message, message, order, signed
from embedded.home import scratch
from embedded.json_client import JsonClient
from embedded.ports import free_port
from embedded.shopify import SHOPS, ShopifyStory
from embedded.stage import Addresses, Stage, stage
from embedded.story import Draft
from plugin.db import stores
from plugin.domain.ids import StoreId
from plugin.flow.house import House, open_house
from plugin.settings import Settings

PATH, SHOP = "/webhooks/shopify", "latency.myshopify.com"
TABLE = "Latency: POST to tag in the store's own state; all processes, the sandbox and the load on this machine"
TAGGED = Draft("Bought today", "count(orders WHERE channel = 'import') >= 1", "bought-today")
RATES = (1, 20, 200)
SECONDS = 10
PATIENCE = 90.0
ORDERS_FROM = 700_000_000


def run(scale: float = 1.0) -> list[Row]:
    """Median and slowest of a hundred, in milliseconds, at 1, 20 and 200 purchases a second."""
    counts = {rate: max(5, int(rate * SECONDS * max(scale, 0.3))) for rate in RATES}
    rows: list[Row] = []
    with _running() as running:
        house = open_house(Settings.from_environment(running.environment))
        buyers = iter(_open(running, sum(counts.values()) + 20))
        store_id = stores.find(house.database, "shopify", SHOP, house.now())
        assert store_id is not None
        for rate, count in counts.items():
            rows += _rows(rate, _measured(running, house, store_id, rate, [next(buyers) for _ in range(count)]))
        house.database.close()
    return rows


@contextlib.contextmanager
def _running() -> Iterator[Stage]:
    with (
        scratch() as folder,
        stage(folder, Addresses(free_port(), free_port()), {"SHOPIFY_CLIENT_SECRET": SECRET}) as it,
    ):
        yield it


def _open(running: Stage, customers: int) -> list[int]:
    """The shop has the app, its history is read and the segment is live; the ids of its customers."""
    sandbox = JsonClient(running.addresses.sandbox)
    story = ShopifyStory(sandbox, JsonClient(running.addresses.web), SHOP)
    asked = {"domain": SHOP, "plan": "enterprise", "customers": customers, "years": 0.1, "seed": 7}
    sandbox.post(SHOPS, asked | {"timezone": "Europe/London", "currency": "GBP"})
    story.open_app()
    running.children.wait_until("web", lambda: story.backfill_progress().done, PATIENCE, pause=0.2)
    segment = story.create_segment(TAGGED)
    running.children.wait_until("web", lambda: story.plan(segment) is not None, PATIENCE, pause=0.2)
    story.go_live(segment)
    time.sleep(3)  # Workers and beat have settled; nothing of the installation is under way.
    return [customer["id"] for customer in sandbox.get(f"{SHOPS}/{SHOP}/customers")]


def _measured(running: Stage, house: House, store_id: StoreId, rate: int, buyers: list[int]) -> list[float]:
    """Seconds from when each POST was to be sent until its customer had the tag."""
    messages = [_purchase(buyer) for buyer in buyers]
    requests = signed(PATH, SHOP, messages)
    began = datetime.now(UTC)
    load = paced("127.0.0.1", running.addresses.web_port, requests, rate)
    assert set(load.statuses) == {200}
    deadline = time.monotonic() + PATIENCE
    while not (tagged := _tagged(house, store_id, began)).keys() >= set(buyers):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{len(set(buyers) - tagged.keys())} of {len(buyers)} customers have no tag")
        time.sleep(0.2)
    due = {buyer: began + timedelta(seconds=number / rate) for number, buyer in enumerate(buyers)}
    return [(tagged[buyer] - due[buyer]).total_seconds() for buyer in buyers]


def _purchase(buyer: int) -> Message:
    chance, now = random.Random(buyer), datetime.now(UTC)
    body = order(ORDERS_FROM + buyer % 100_000_000, buyer, now, "25.00", chance) | {"source_name": "import"}
    return message("orders/create", body, now, chance)


class _Announced(msgspec.Struct, rename="camel"):
    customer_id: str
    tags: list[str]


def _tagged(house: House, store_id: StoreId, since: datetime) -> dict[int, datetime]:
    """When the sandbox says that each customer got the tag."""
    with house.database.store(store_id) as tx:
        rows = tx.rows(
            """SELECT triggered_at, body FROM inbox
               WHERE store_id = %s AND topic = 'customer.tags_added' AND received_at >= %s""",
            (store_id, since),
        )
    told = [(at, msgspec.json.decode(body, type=_Announced)) for at, body in rows]
    return {int(each.customer_id.rpartition("/")[2]): at for at, each in told if TAGGED.label in each.tags}


def _rows(rate: int, seconds: list[float]) -> list[Row]:
    note = f"{len(seconds)} purchases, slowest {max(seconds):.2f} s"
    return [
        Row(TABLE, f"{rate} purchases a second: median", median(seconds) * 1000, "ms", note=note),
        Row(TABLE, f"{rate} purchases a second: slowest of a hundred", percentile(seconds, 0.99) * 1000, "ms"),
    ]

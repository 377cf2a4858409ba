"""Real processes, and a shop that loses most of its messages: what it did not tell is found, and said."""

from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from typing import Any

from embedded.json_client import JsonClient
from embedded.stage import Stage
from plugin.domain.ids import StoreId
from plugin.flow.house import open_house
from plugin.flow.reconcile import ask
from plugin.settings import Settings
from tests.stories.play import Play, until

OLDEST, STEP = 560, 8
"""Seconds: the day lies far enough back that no message of it can still be on its way, and in one that ends
a little after the history was read; each step has a second of its own, for the shop's clock knows no less."""
OURS = """SELECT id, customer_id, paid_at IS NOT NULL, cancelled_at IS NOT NULL, refunded_total
          FROM orders WHERE store_id = %s ORDER BY id"""


FINISHED = "SELECT finished_at FROM reconciles WHERE store_id = %s"
LOOKS = "SELECT kind, look, due_at, began_at, finished_at, error FROM reconciles WHERE store_id = %s"


def lose(play: Play, share: float) -> None:
    play.call("PUT", "/faults", {"webhooks": {"drop": share, "seed": 11}})


def live(play: Play) -> None:
    """The shop has its day, a while ago."""
    sandbox = JsonClient(play.stage.addresses.sandbox)

    def around(step: int) -> AbstractContextManager[None]:
        sandbox.call("PUT", "/_sandbox/clock", {"behind": OLDEST - STEP * step}, None)
        return nullcontext()

    play.day(around)
    sandbox.call("PUT", "/_sandbox/clock", {"behind": 0}, None)


def theirs(play: Play) -> list[tuple[Any, ...]]:
    """The shop's own books, as our orders are."""
    unpaid = {"PENDING", "AUTHORIZED", "VOIDED"}
    return [
        (
            order["id"],
            order["customer_id"],
            order["financial_status"] not in unpaid,
            order["cancelled_at"] is not None,
            float(order["refunded"]),
        )
        for order in sorted(play.get("/orders"), key=lambda order: order["id"])
    ]


def ours(play: Play) -> list[tuple[Any, ...]]:
    return [(*row[:4], float(row[4])) for row in play.rows(OURS)]


def compare(play: Play) -> None:
    """Everything is looked at by the workers."""
    asked = datetime.now(UTC)
    house = open_house(Settings.from_environment(play.stage.environment))
    ask(house, StoreId(play.store), everything=True)
    house.database.close()
    until(lambda: all(at is not None and at > asked for (at,) in play.rows(FINISHED)), lambda: str(play.rows(LOOKS)))
    play.settle()


def repairs(play: Play) -> dict[tuple[str, str], list[tuple[int, str]]]:
    """What the page says: how many, in a sentence, by kind and by what was wrong."""
    told = JsonClient(play.stage.addresses.web).get("/api/repairs", play.token())
    assert told["compared_at"]
    found: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for row in told["repairs"]:
        found.setdefault((row["kind"], row["what"]), []).append((row["count"], row["said"]))
    return found


def test_a_day_on_which_nine_of_ten_messages_are_lost(on_stage: Stage) -> None:
    play = Play.begin(on_stage, "lossy-day")
    lose(play, 0.9)
    live(play)
    lose(play, 0.0)
    play.settle()
    missing = {row[0] for row in theirs(play)} - {row[0] for row in ours(play)}
    stale = {row[0] for row in set(theirs(play)) - set(ours(play))} - missing
    assert missing
    assert stale

    compare(play)

    assert ours(play) == theirs(play)
    assert ["regular" in tags for tags in play.picture()["tags"]] == [number >= 4 for number in play.orders()]
    ((count, said),) = repairs(play)["order", "missed"]
    assert count == len(missing)
    assert said.startswith(f"{count} orders had not been delivered by Shopify. We read them at ")
    assert sum(number for number, _ in repairs(play)["order", "changed"]) >= len(stale)


def test_a_shop_that_is_not_heard_at_all_any_more(on_stage: Stage) -> None:
    play = Play.begin(on_stage, "silent-day")
    lose(play, 1.0)
    live(play)

    compare(play)

    assert ours(play) == theirs(play)
    assert ["regular" in tags for tags in play.picture()["tags"]] == [number >= 4 for number in play.orders()]
    assert "messages_missing" in {row[0] for row in play.rows("SELECT code FROM problems WHERE store_id = %s")}

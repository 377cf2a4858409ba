"""What the tests of attributes and native segments share: customers whom a note moves, and what stands of them."""

from collections.abc import Mapping
from typing import Any

from plugin.db import outputs, rolls, writes
from plugin.db.outputs import Kind, Output, Says, State
from plugin.db.rolls import Roll
from plugin.domain.ids import CustomerId, SegmentId
from plugin.flow import output
from plugin.flow.deliver import deliver
from plugin.flow.fit import Choice
from plugin.flow.plan import go_live, plan
from plugin.flow.save import save
from tests.flow.bigcommerce.panel import Panel

ATTRIBUTE, NATIVE = Kind.ATTRIBUTE, Kind.NATIVE
VIPS = {"kind": "rule", "rule": "note CONTAINS 'vip'"}
LEVELS = {
    "kind": "tiers",
    "cases": [{"label": "Gold", "rule": "note CONTAINS 'gold'"}, {"label": "Silver", "rule": "note CONTAINS 'silver'"}],
}


def people(panel: Panel) -> list[int]:
    return [int(each["id"]) for each in panel.control("GET", "/customers")]


def customer(panel: Panel, who: int) -> dict[str, Any]:
    found: dict[str, Any] = panel.control("GET", f"/customers/{who}")
    return found


def attributes(panel: Panel, who: int) -> dict[str, str]:
    """What the store's attributes say of the customer; the list of labels apart."""
    return {name: value for name, value in customer(panel, who)["attributes"].items() if name != "Segments"}


def note(panel: Panel, **notes: str) -> None:
    """The merchant writes notes; ``c12="vip"``: to customer 12. They are heard and all that follows is written."""
    for who, text in notes.items():
        panel.control("PATCH", f"/customers/{who[1:]}", {"notes": text})
    panel.control("POST", "/quiet")
    settle(panel)


def settle(panel: Panel) -> None:
    """Nothing is left to absorb, decide or write, but for what has to wait."""
    for _ in range(20):
        panel.absorb()
        if not deliver(panel.house, panel.id) and not due(panel):
            return
    raise AssertionError("it never ends")


def due(panel: Panel) -> bool:
    with panel.house.database.store(panel.id) as tx:
        return bool(tx.value("SELECT EXISTS (SELECT 1 FROM customers WHERE due_at <= now()) OR "
                             "EXISTS (SELECT 1 FROM outputs WHERE due_at <= now())"))  # fmt: skip


def a_segment(panel: Panel, name: str = "VIPs", definition: Mapping[str, Any] = VIPS, **tags: str) -> SegmentId:
    """A live segment."""
    made, _ = save(panel.house, panel.id, name, definition, tags, "1")
    while plan(panel.house, panel.id):
        pass
    panel.absorb()
    go_live(panel.house, panel.id, made)
    settle(panel)
    return made


def show(panel: Panel, segment: SegmentId, name: str, kind: Kind = ATTRIBUTE, **more: Any) -> Output:
    """It is asked to show so, and all that follows is done."""
    says: Says | None = more.get("says")
    output.choose(panel.house, panel.id, Choice(segment, kind, more.get("label", ""), name, says))
    settle(panel)
    found = standing(panel, segment, kind, more.get("label", ""))
    assert found is not None
    return found


def standing(panel: Panel, segment: SegmentId, kind: Kind = ATTRIBUTE, label: str = "") -> Output | None:
    with panel.house.database.store(panel.id) as tx:
        return outputs.find(tx, (segment, kind, label))


def state(panel: Panel, segment: SegmentId, kind: Kind = ATTRIBUTE) -> State | None:
    found = standing(panel, segment, kind)
    return None if found is None else found.state


def rows(panel: Panel, *who: int) -> list[Roll]:
    with panel.house.database.store(panel.id) as tx:
        return rolls.of(tx, [CustomerId(each) for each in who or people(panel)])


def overdue(panel: Panel) -> None:
    """What waits for a later try is tried now, and the store's pause is over."""
    panel.house.redis.flushall()
    panel.control("PUT", "/quota", {"quota": 5000})
    with panel.house.database.store(panel.id) as tx:
        tx.execute("UPDATE rolls SET due_at = now() WHERE due_at IS NOT NULL")
    settle(panel)


def journal(panel: Panel, who: int) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """What was written of the customer beside tags, oldest first: what, added, removed."""
    with panel.house.database.store(panel.id) as tx:
        found = writes.latest(tx, customer_id=CustomerId(who))
    told: list[Any] = [(row["what"], row["added"], row["removed"]) for row in found if row["ok"]]
    return [(what, tuple(added), tuple(removed)) for what, added, removed in reversed(told) if what != "tags"]


def calls(panel: Panel, method: str = "") -> list[dict[str, Any]]:
    """The app's calls that changed something."""
    listed: list[dict[str, Any]] = panel.control("GET", "/calls")
    return [each for each in listed if each["method"] != "GET" and each["method"].startswith(method)]


def fail(panel: Panel, **api: Any) -> None:
    panel.control("PUT", "/faults", {"api": api})


def remove(panel: Panel, segment: SegmentId, kind: Kind = ATTRIBUTE) -> None:
    """The store's people no longer want it."""
    output.drop(panel.house, panel.id, segment, kind, "")
    settle(panel)

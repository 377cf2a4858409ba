"""The store's customer groups: in which order ours count, and out of which of the merchant's customers may be taken."""

from typing import Any

from plugin.db import leavable, outputs, segments, stores
from plugin.db.outputs import Kind
from plugin.db.transaction import Transaction
from plugin.domain.ids import SegmentId
from plugin.flow import fit, release
from plugin.flow import output as output_flow
from plugin.web import output_words as words
from plugin.web.api import schemas
from plugin.web.api.routes import Routes
from plugin.web.here import house, store_id

routes = Routes("groups", __name__, url_prefix="/api/groups", description="The store's customer groups")


@routes.get("")
@routes.answers(200, schemas.Groups)
def listed() -> dict[str, Any]:
    """Which of our groups counts first, and which of the merchant's customers may leave."""
    with house().database.store(store_id()) as tx:
        return _shown(tx)


@routes.put("/order")
@routes.asks(schemas.GroupOrder)
@routes.answers(200, schemas.Groups)
def order(asked: dict[str, Any]) -> dict[str, Any]:
    """Who is in several of these segments is put into the group of the first."""
    output_flow.order(house(), store_id(), [SegmentId(each) for each in asked["segments"]])
    return listed_now()


@routes.get("/choices")
@routes.answers(200, schemas.GroupChoices)
def choices() -> dict[str, Any]:
    """The merchant's groups and what hangs on them, as the store tells it now."""
    found = release.choices(house(), store_id())
    return {
        "groups": [vars(each) | {"leavable": each.given_up} for each in found.groups],
        "unseen": words.unseen(found.unseen),
    }


@routes.put("/<int:group>")
@routes.asks(schemas.GroupChosen)
@routes.answers(200, schemas.Groups)
def choose(asked: dict[str, bool], group: int) -> dict[str, Any]:
    """Customers may be taken out of this group, or no longer."""
    if asked["leavable"]:
        release.allow(house(), store_id(), group, confirmed=asked["confirmed"])
    else:
        release.disallow(house(), store_id(), group)
    return listed_now()


def listed_now() -> dict[str, Any]:
    """How it stands now."""
    with house().database.store(store_id()) as tx:
        return _shown(tx)


def _shown(tx: Transaction) -> dict[str, Any]:
    names = {each.id: each.name for each in segments.newest(tx)}
    groups: dict[SegmentId, list[str]] = {}
    for each in outputs.every(tx):
        if each.kind is Kind.GROUP:
            groups.setdefault(each.segment_id, []).append(each.name)
    return {
        "there": Kind.GROUP in fit.kinds(stores.get(tx)),
        "shown": [{"segment_id": each, "segment": names[each], "groups": groups[each]} for each in groups],
        "leavable": sorted(leavable.every(tx).values(), key=str.casefold),
    }

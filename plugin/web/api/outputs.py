"""Where else a segment shows in the store: what there is, what there could be, asked for and taken away."""

from typing import Any

from plugin.db import outputs, placements, problems, segments, stores, tallies
from plugin.db.outputs import Kind, Output, State
from plugin.db.segments import State as Switch
from plugin.db.tallies import Tally
from plugin.db.transaction import Transaction
from plugin.domain.errors import NotFound
from plugin.domain.ids import SegmentId
from plugin.flow import fit
from plugin.flow import output as output_flow
from plugin.flow.fit import Choice
from plugin.flow.weigh import MATTERS
from plugin.web import output_words as words
from plugin.web.api import schemas
from plugin.web.api.routes import Routes
from plugin.web.here import house, store_id

routes = Routes("outputs", __name__, url_prefix="/api", description="Where else segments show in the store")


@routes.get("/segments/<int:segment_id>/outputs")
@routes.answers(200, schemas.Outputs)
def look(segment_id: int) -> dict[str, Any]:
    """Where the segment shows beyond its tags, and where it could."""
    with house().database.store(store_id()) as tx:
        return _shown(tx, SegmentId(segment_id))


@routes.put("/segments/<int:segment_id>/outputs/<kind>")
@routes.asks(schemas.OutputRequest)
@routes.answers(200, schemas.Outputs)
def choose(asked: dict[str, Any], segment_id: int, kind: str) -> dict[str, Any]:
    """The segment is to show in one of these, too; it is made as soon as the segment is live."""
    choice = Choice(SegmentId(segment_id), _kind(kind), asked["label"], asked["name"], asked["says"])
    output_flow.choose(house(), store_id(), choice)
    return look_at(segment_id)


@routes.delete("/segments/<int:segment_id>/outputs/<kind>")
@routes.asks(schemas.OutputQuery, location="query")
@routes.answers(200, schemas.Outputs)
def drop(asked: dict[str, Any], segment_id: int, kind: str) -> dict[str, Any]:
    """It no longer shows there: who was written to it is written back."""
    output_flow.drop(house(), store_id(), SegmentId(segment_id), _kind(kind), asked["label"])
    return look_at(segment_id)


@routes.get("/outputs/<kind>/room")
@routes.answers(200, schemas.RoomShown)
def room(kind: str) -> dict[str, Any]:
    """Whether the store, which is asked for it, can have one more."""
    found = output_flow.room(house(), store_id(), _kind(kind))
    is_full = found.room is not None and not found.room.left
    said = found.reason or words.room(_kind(kind), found.room)
    return {"can": found.reason is None and not is_full, "said": said}


def look_at(segment_id: int) -> dict[str, Any]:
    """How it stands now."""
    with house().database.store(store_id()) as tx:
        return _shown(tx, SegmentId(segment_id))


def _kind(word: str) -> Kind:
    try:
        return Kind(word)
    except ValueError:
        raise NotFound("no such kind", kind=word) from None


def _shown(tx: Transaction, segment_id: SegmentId) -> dict[str, Any]:
    segment, deciding = segments.get(tx, segment_id), fit.deciding(tx, segment_id)
    told, there = fit.told(deciding), outputs.of(tx, segment_id)
    counts, live = tallies.of(tx, there), segment.state is Switch.LIVE
    back = placements.returning(tx)
    notes = _notes(tx, [each for each in there if each.kind is Kind.GROUP], back)

    def kind(of: Kind) -> dict[str, Any]:
        mine = [each for each in there if each.kind is of]
        taken = {each.label for each in mine}
        return {
            "kind": of.value,
            "title": words.title(of),
            "does": words.does(of),
            "add": words.add(of),
            "leaves": words.leaves(of),
            "notes": notes if of is Kind.GROUP else [],
            "moving": bool(back and of is Kind.GROUP)
            or any(_is_moving(each, counts[each.key], live=live) for each in mine),
            "outputs": [_output(each, counts[each.key], live=live) for each in _sorted(mine, told.labels(of))],
            "free": [
                {"label": label, "name": f"{segment.name} {label}".strip()}
                for label in told.labels(of)
                if label not in taken
            ],
            "sayings": [{"says": each, "said": words.saying(each)} for each in told.says(of) if each is not None],
        }

    return {"kinds": [kind(each) for each in fit.kinds(stores.get(tx))]}


def _notes(tx: Transaction, mine: list[Output], back: int) -> list[str]:
    """Of groups: what hangs on them, which of several counts, and who is still on the way back."""
    if not mine:
        return [note for note in (words.returning(back),) if note]
    every = [each.segment_id for each in outputs.every(tx) if each.kind is Kind.GROUP]
    names = {each.id: each.name for each in segments.newest(tx)}
    said = {each: problems.find(tx, MATTERS, each.remote_id) for each in mine if each.remote_id is not None}
    notes = [words.matters(each.name, found["reasons"]) for each, found in said.items() if found is not None]
    first = words.first_of([names[each] for each in dict.fromkeys(every)])
    return [note for note in (*notes, first, words.returning(back)) if note]


def _sorted(mine: list[Output], labels: tuple[str, ...]) -> list[Output]:
    return sorted(mine, key=lambda each: labels.index(each.label) if each.label in labels else len(labels))


def _output(output: Output, counts: Tally, *, live: bool) -> dict[str, Any]:
    again = output.state in fit.ANEW
    return {
        "label": output.label,
        "name": output.name,
        "says": output.says,
        "state": output.state,
        "shows": _shows(output, counts, live=live),
        "said": words.stands(output, live=live),
        "shown": counts.shown,
        "waiting": counts.waiting,
        "refused": counts.refused,
        "held": [{"name": words.holder(name), "customers": customers} for name, customers in counts.held.items()],
        "can": (["again"] if again else []) + ([] if output.state is State.LEAVING else ["remove"]),
    }


def _is_moving(output: Output, counts: Tally, *, live: bool) -> bool:
    """Whether there is soon something else to say of it."""
    if output.state is State.STANDING:
        return counts.waiting > counts.refused
    return live if output.state is State.MAKING else output.state is State.LEAVING and output.error is None


def _shows(output: Output, counts: Tally, *, live: bool) -> str:
    """The state as a badge says it: of what is to be made or is there, whether there is anything to wait for."""
    if output.state is State.MAKING:
        return "making" if live else "asked"
    if output.state is not State.STANDING:
        return output.state.value
    return "waiting" if counts.waiting else "standing" if live else "resting"

"""The whole store file: the store, its customers, and what is asked about them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from marshmallow import ValidationError, validates_schema

from plugin.domain.text import fold
from plugin.platforms.given import shapes
from plugin.platforms.given.kinds import Id, Moment, Part, Plain, RuleText, Text, store_time
from plugin.platforms.given.mistakes import FileUnusable, Mistake, flat
from plugin.platforms.given.nested import ByName, Many, Of

SCORES = ("recency_score", "frequency_score", "monetary_score", "rfm_segment")


class Case(Part):
    """A label and its rule."""

    label = Text("The label.", required=True, allow_none=False)
    rule = RuleText("Who gets it, unless an earlier case holds.", required=True, allow_none=False)


class Pin(Part):
    """A person's word against the rule: this customer is in, or out."""

    customer = Id("Who.", required=True, allow_none=False)
    way = Text("Which side.", choices=("in", "out"), required=True, allow_none=False)
    label = Text("The label, where the segment is tiers and the way is in.", absent="–", allow_none=False)
    at = Moment("Since when.", required=True, allow_none=False)
    until = Moment("Until when; null is no end, and has to be written.", required=True, allow_none=True)
    removed = Moment("When it was taken away before its end.", absent="never", allow_none=True)
    reason = Text("Why.", required=True, allow_none=False)


class Segment(Part):
    """A named rule; or `cases` with a `default` (tiers); or `join`, `stay` and `grace` (two-sided)."""

    name = Text("Its name.", required=True, allow_none=False)
    rule = RuleText("The rule.", absent="–", allow_none=False)
    cases = Many(Of(Case, allow_none=False), "Tiers: the first case that holds.", absent="–", allow_none=False, least=1)
    default = Text("Tiers: the label of everyone else.", absent="none", allow_none=True)
    join = RuleText("Two-sided: the rule that a non-member is judged by.", absent="–", allow_none=False)
    stay = RuleText("Two-sided: the rule that a member is judged by.", absent="–", allow_none=False)
    grace = Text("Two-sided: how long `stay` may be false, as 14d.", absent="0d", allow_none=False)
    tag = Text("The tag it writes to its members.", absent="none", allow_none=True)
    tags = ByName(Text(allow_none=False), "Tiers: the tag of each label.", absent="none", allow_none=True)
    pins = Many(Of(Pin, allow_none=False), "Pins.", absent="none", allow_none=True)

    @validates_schema(skip_on_field_errors=True)
    def _one_shape(self, data: Plain, **_: Any) -> None:
        given = [key for key in ("rule", "cases", "join") if key in data]
        if len(given) != 1:
            raise ValidationError("A segment has a `rule`, or `cases`, or `join` and `stay`: one of the three.")
        belongs = {"default": "cases", "tags": "cases", "stay": "join", "grace": "join"}
        for key, owner in belongs.items():
            if key in data and owner != given[0]:
                raise ValidationError({key: [f"This goes with `{owner}`, not with `{given[0]}`."]})
        if given[0] == "join" and "stay" not in data:
            raise ValidationError({"stay": ["This is missing."]})

    @validates_schema(skip_on_field_errors=True)
    def _labels_are_there(self, data: Plain, **_: Any) -> None:
        """Tags and pins name labels of these tiers, and no others."""
        labels: set[str] = {case["label"] for case in data.get("cases") or ()}
        labels |= {data["default"]} if data.get("default") else set()
        known = f"Labels here: {', '.join(sorted(labels))}." if labels else "Only tiers have labels."
        wrong: dict[str, Any] = {}
        for label in set(data.get("tags") or ()) - labels:
            wrong.setdefault("tags", {})[label] = [f"There is no such label. {known}"]
        for place, pin in enumerate(data.get("pins") or ()):
            needed = bool(labels) and pin["way"] == "in"
            if ("label" in pin and pin["label"] not in labels) or (needed and "label" not in pin):
                wrong.setdefault("pins", {})[place] = {"label": [f"Which label? {known}"]}
        if wrong:
            raise ValidationError(wrong)


class Expectation(Part):
    """What one segment must be at one moment. Anything that is left out is not looked at."""

    at = Moment("At which moment.", absent="every moment asked", allow_none=False)
    segment = Text("Which segment.", required=True, allow_none=False)
    members = Many(Id(allow_none=False), "Exactly these are members.", absent="–", allow_none=False)
    includes = Many(Id(allow_none=False), "These are members, others may be.", absent="–", allow_none=False)
    not_members = Many(Id(allow_none=False), "These are known not to be.", absent="–", allow_none=False)
    undecided = Many(Id(allow_none=False), "Exactly these are undecided.", absent="–", allow_none=False)
    labels = ByName(Text(), "Customer and label; null for none.", absent="–", allow_none=False)
    next_change = ByName(
        Moment(), "Customer and when time alone changes it; null for never.", absent="–", allow_none=False
    )
    scores = ByName(
        ByName(Text(allow_none=False), allow_none=False),
        f"Customer and scores: {', '.join(SCORES)}.",
        absent="–",
        allow_none=False,
    )


class StoreFile(Part):
    """The whole file."""

    store = Of(shapes.Store, "The store itself.", absent="all of its defaults", allow_none=False)
    customers = Many(Of(shapes.Customer, allow_none=False), "Its customers.", required=True, allow_none=False)
    segments = Many(Of(Segment, allow_none=False), "What is asked.", absent="none", allow_none=False)
    moments = Many(Moment(allow_none=False), "When it is asked.", absent="those of `expect`, or now", allow_none=False)
    expect = Many(Of(Expectation, allow_none=False), "What must come out.", absent="nothing", allow_none=False)


def load(data: Any) -> Plain:
    """The checked file, moments in UTC, absent keys absent. Raises FileUnusable with every mistake."""
    zone = _zone(data)
    with store_time(zone):
        try:
            found: Plain = StoreFile().load(data)
        except ValidationError as error:
            raise FileUnusable(flat(error.messages)) from error
    mistakes = [*_unique(found), *_known(found)]
    if mistakes:
        raise FileUnusable(mistakes)
    return found


def _zone(data: Any) -> ZoneInfo:
    """The store's zone, needed before any moment can be read."""
    if not isinstance(data, Mapping):
        raise FileUnusable([Mistake("", "A store file is an object with `store`, `customers`, `segments`, `moments`.")])
    store = data.get("store")
    name = store.get("timezone", "UTC") if isinstance(store, Mapping) else "UTC"
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):
        message = f"There is no time zone {name}. Write its IANA name, as Europe/London."
        raise FileUnusable([Mistake("store.timezone", message)]) from None


def _unique(found: Plain) -> Iterator[Mistake]:
    people = found["customers"]
    yield from _twice([str(each["id"]) for each in people], "customers[{}].id", "Two customers have the id {}.")
    names = [fold(each["name"]) for each in found.get("segments", ())]
    yield from _twice(names, "segments[{}].name", "Two segments are named {}.")
    orders = [
        (f"customers[{one}].orders[{nth}].id", str(order["id"]))
        for one, person in enumerate(people)
        for nth, order in enumerate(person.get("orders") or ())
        if order.get("id") is not None
    ]
    often = Counter(written for _, written in orders)
    yield from (Mistake(path, f"Two orders have the id {each}.") for path, each in orders if often[each] > 1)


def _twice(names: list[str], path: str, message: str) -> Iterator[Mistake]:
    often = Counter(names)
    yield from (Mistake(path.format(at), message.format(each)) for at, each in enumerate(names) if often[each] > 1)


def _known(found: Plain) -> Iterator[Mistake]:
    """Every customer and segment that is spoken of is there."""
    people = {str(each["id"]) for each in found["customers"]}
    names = {fold(each["name"]): each["name"] for each in found.get("segments", ())}

    def person(written: Any, path: str) -> Iterator[Mistake]:
        if str(written) not in people:
            yield Mistake(path, f"There is no customer {written} in this file.")

    for at, each in enumerate(found["customers"]):
        if each.get("merged_into"):
            path, into = f"customers[{at}].merged_into.customer", each["merged_into"]["customer"]
            yield from person(into, path)
            if str(into) == str(each["id"]):
                yield Mistake(path, "Nobody is merged into themselves.")
    for at, segment in enumerate(found.get("segments", ())):
        for nth, pin in enumerate(segment.get("pins") or ()):
            yield from person(pin["customer"], f"segments[{at}].pins[{nth}].customer")
    for at, expected in enumerate(found.get("expect", ())):
        if fold(expected["segment"]) not in names:
            told = f"There is no segment {expected['segment']}. Known: {', '.join(names.values())}."
            yield Mistake(f"expect[{at}].segment", told)
        for key, ids in _spoken(expected):
            for written in ids:
                yield from person(written, f"expect[{at}].{key}")


def _spoken(expected: Plain) -> Iterator[tuple[str, Iterable[Any]]]:
    for key in ("members", "includes", "not_members", "undecided", "labels", "next_change", "scores"):
        if key in expected:
            yield key, expected[key]

"""How messages look. Requests are strict: a key we do not know is a mistake, not noise."""

from typing import Any

from marshmallow import RAISE, Schema, fields, validate

MOST_CASES = 50
BIG = 2**63 - 1


class Message(Schema):
    """Something we say."""

    class Meta:
        ordered = True


class Request(Schema):
    """Something we are told."""

    class Meta:
        unknown = RAISE

    error_messages = {"unknown": "There is no such field here."}


def _id(**options: Any) -> fields.String:
    """A customer's number as text."""
    return fields.String(metadata={"description": "A number as text: it may exceed 2^53."}, **options)


class DraftRequest(Request):
    """A segment as it is being written. ``definition``: see docs/rules.md; ``outputs``: label → tag, the
    label of a plain rule is the empty text."""

    definition = fields.Dict(required=True)
    name = fields.String(load_default="")
    outputs = fields.Dict(keys=fields.String(), values=fields.String(), load_default=dict)
    segment_id = fields.Integer(load_default=None, allow_none=True, strict=True, validate=validate.Range(1, BIG))


class SegmentRequest(Request):
    """A segment to save; ``definition`` and ``outputs`` as in a draft."""

    name = fields.String(required=True)
    definition = fields.Dict(required=True)
    outputs = fields.Dict(keys=fields.String(), values=fields.String(), load_default=dict)


class PageQuery(Schema):
    """From where, and how many."""

    after = fields.Integer(load_default=0, validate=validate.Range(0, BIG))
    most = fields.Integer(load_default=50, validate=validate.Range(1, 200))


class SearchQuery(Schema):
    """What a customer's name or e-mail begins with, or the whole id."""

    search = fields.String(load_default="", validate=validate.Length(max=200))


class Problem(Message):
    """A mistake in a definition: offsets from 0, line and column from 1."""

    field = fields.String(allow_none=True)
    message = fields.String()
    start = fields.Integer(allow_none=True)
    end = fields.Integer(allow_none=True)
    line = fields.Integer(allow_none=True)
    column = fields.Integer(allow_none=True)
    expected = fields.List(fields.String())
    suggestion = fields.String(allow_none=True)


class Advice(Message):
    """Looks odd, may be saved."""

    field = fields.String()
    message = fields.String()
    cure = fields.String()
    start = fields.Integer(allow_none=True)
    end = fields.Integer(allow_none=True)


class Checked(Message):
    """A draft that is understood, or its mistakes."""

    ok = fields.Boolean()
    definition = fields.Dict(allow_none=True)
    sentence = fields.String(allow_none=True)
    advice = fields.List(fields.Nested(Advice))
    problems = fields.List(fields.Nested(Problem))


class Word(Message):
    """An example of something a rule can ask, and what it means."""

    example = fields.String()
    meaning = fields.String()


class Vocabulary(Message):
    """What a rule can be made of."""

    words = fields.List(fields.Nested(Word))


class Person(Message):
    """A customer in a list. ``label``: of tiers, else empty."""

    id = _id()
    name = fields.String(allow_none=True)
    email = fields.String(allow_none=True)
    created_at = fields.DateTime(allow_none=True)
    label = fields.String(allow_none=True)
    since = fields.DateTime(allow_none=True)
    was = fields.String(allow_none=True)


class Counted(Message):
    """How many a draft has in it, and examples from both sides."""

    inside = fields.Integer(data_key="in")
    undecided = fields.Integer()
    total = fields.Integer()
    labels = fields.Dict(keys=fields.String(), values=fields.Integer())
    sample_in = fields.List(fields.Nested(Person))
    sample_out = fields.List(fields.Nested(Person))
    as_of = fields.DateTime()


class Plan(Message):
    """What a version would change, or has changed."""

    id = fields.Integer()
    segment_id = fields.Integer()
    version = fields.Integer()
    state = fields.String()
    as_of = fields.DateTime(allow_none=True)
    joins = fields.Integer()
    leaves = fields.Integer()
    moves = fields.Integer()
    stays = fields.Integer()
    undecided = fields.Integer()
    examined = fields.Integer()
    total = fields.Integer()
    error = fields.String(allow_none=True)
    created_at = fields.DateTime()
    ready_at = fields.DateTime(allow_none=True)
    applied_at = fields.DateTime(allow_none=True)


class Samples(Message):
    """A few of those a plan moves."""

    joins = fields.List(fields.Nested(Person))
    leaves = fields.List(fields.Nested(Person))
    moves = fields.List(fields.Nested(Person))


class PlanShown(Plan):
    """A plan with examples."""

    samples = fields.Nested(Samples)


class Label(Message):
    """A label with its tag and how many have it."""

    label = fields.String()
    tag = fields.String(allow_none=True)
    size = fields.Integer()


class Segment(Message):
    """A segment in the list."""

    id = fields.Integer()
    name = fields.String()
    kind = fields.String()
    sentence = fields.String(allow_none=True)
    state = fields.String()
    size = fields.Integer(allow_none=True)
    labels = fields.List(fields.Nested(Label))
    version = fields.Integer()
    applied_version = fields.Integer(allow_none=True)
    stale_since = fields.DateTime(allow_none=True)
    stale_reason = fields.String(allow_none=True)
    created_at = fields.DateTime()
    plan = fields.Nested(Plan, allow_none=True)


class Version(Message):
    """An earlier or the present form of a segment."""

    version = fields.Integer()
    sentence = fields.String(allow_none=True)
    author = fields.String()
    created_at = fields.DateTime()


class SegmentShown(Segment):
    """A segment by itself."""

    definition = fields.Dict()
    outputs = fields.Dict(keys=fields.String(), values=fields.String())
    versions = fields.List(fields.Nested(Version))
    used_by = fields.List(fields.String())


class Saved(Message):
    """What was saved, and the plan that is on its way."""

    id = fields.Integer()
    plan_id = fields.Integer()


class Due(Message):
    """How many customers will be looked at because of it."""

    due = fields.Integer()


class People(Message):
    """A page of a list; ``next``: what to ask with as ``after``, None at the end."""

    customers = fields.List(fields.Nested(Person))
    next = _id(allow_none=True)


class Reason(Message):
    """A part of a rule with its answer for one customer: ``yes``, ``no`` or ``unknown``."""

    sentence = fields.String()
    answer = fields.String()
    actual = fields.String(allow_none=True)
    facts = fields.List(fields.String())
    parts = fields.List(fields.Nested(lambda: Reason()))


class Why(Message):
    """The reason; None while the segment can't be worked out."""

    reason = fields.Nested(Reason, allow_none=True)
    next_change = fields.DateTime(allow_none=True)


class Standing(Message):
    """A customer and a segment: in it (then with its label) or not, and since when."""

    id = fields.Integer()
    name = fields.String()
    state = fields.String()
    label = fields.String(allow_none=True)
    since = fields.DateTime(allow_none=True)


class Event(Message):
    """An entry into a segment, or an exit."""

    segment_id = fields.Integer()
    segment = fields.String(allow_none=True)
    label = fields.String()
    entered = fields.Boolean()
    true_at = fields.DateTime()
    decided_at = fields.DateTime()
    cause = fields.String()


class Tags(Message):
    """Ours on this customer: what segments ask for, what we have put there, what was there before."""

    wanted = fields.List(fields.String())
    written = fields.List(fields.String())
    foreign = fields.List(fields.String())


class Write(Message):
    """A change we made, or tried to make, at the store."""

    id = fields.Integer()
    customer_id = _id()
    customer = fields.String(allow_none=True)
    added = fields.List(fields.String())
    removed = fields.List(fields.String())
    cause = fields.String()
    ok = fields.Boolean()
    answer = fields.String(allow_none=True)
    sent_at = fields.DateTime()


class CustomerShown(Message):
    """Everything we show of one customer."""

    customer = fields.Nested(Person)
    segments = fields.List(fields.Nested(Standing))
    history = fields.List(fields.Nested(Event))
    tags = fields.Nested(Tags)
    writes = fields.List(fields.Nested(Write))


class Delivery(Message):
    """A message from the store, without its content."""

    id = fields.Integer()
    topic = fields.String()
    what = fields.String()
    received_at = fields.DateTime()
    state = fields.String()
    reason = fields.String(allow_none=True)
    bytes = fields.Integer()


class Deliveries(Message):
    """The newest first."""

    deliveries = fields.List(fields.Nested(Delivery))
    waiting = fields.Integer()
    set_aside = fields.Integer()


class Writes(Message):
    """The newest first."""

    writes = fields.List(fields.Nested(Write))


class Notice(Message):
    """Something the merchant must look at, in words."""

    code = fields.String()
    subject = fields.String()
    title = fields.String()
    advice = fields.String()
    first_at = fields.DateTime()
    last_at = fields.DateTime()
    times = fields.Integer()


class Notices(Message):
    """The newest first."""

    problems = fields.List(fields.Nested(Notice))


class Store(Message):
    """The store by itself."""

    name = fields.String()
    domain = fields.String()
    timezone = fields.String()
    currency = fields.String()
    state = fields.String()
    installed_at = fields.DateTime()
    orders_known_from = fields.DateTime(allow_none=True)


class Reading(Message):
    """How far the history of one kind is. ``found``: what the platform has counted so far; it is the
    whole only once ``state`` is ``loading`` or ``done``."""

    kind = fields.String()
    state = fields.String()
    found = fields.Integer()
    loaded = fields.Integer()
    error = fields.String(allow_none=True)


class History(Message):
    """How far the store's history is."""

    done = fields.Boolean()
    readings = fields.List(fields.Nested(Reading))


class Counts(Message):
    """How much there is, and how much waits."""

    customers = fields.Integer()
    deliveries_waiting = fields.Integer()
    deliveries_set_aside = fields.Integer()
    outbox = fields.Integer()
    due = fields.Integer()


class Overview(Message):
    """The first view, whole."""

    store = fields.Nested(Store)
    history = fields.Nested(History)
    counts = fields.Nested(Counts)
    segments = fields.List(fields.Nested(Segment))
    problems = fields.List(fields.Nested(Notice))
    as_of = fields.DateTime()

"""Segments and their plans."""

from marshmallow import fields

from plugin.web.api.schemas.base import Message
from plugin.web.api.schemas.people import Person


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
    shows = fields.List(fields.String(), metadata={"description": "What it will do beyond tags, in sentences."})


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


class Native(Message):
    """A segment's counterpart among the store's own."""

    state = fields.String(metadata={"description": "none, making, standing, changed, gone or leaving."})
    query = fields.String(
        allow_none=True, metadata={"description": "What it says, or would say, in the store's words."}
    )
    can = fields.String(allow_none=True, metadata={"description": "make, remove, or nothing."})
    says = fields.String(metadata={"description": "How it stands, in a sentence."})


class Saved(Message):
    """What was saved, and the plan that is on its way."""

    id = fields.Integer()
    plan_id = fields.Integer()


class Due(Message):
    """How many customers will be looked at because of it."""

    due = fields.Integer()


class Size(Message):
    """A segment at a moment. ``known`` false: the facts of then can't be known; draw a gap."""

    as_of = fields.DateTime()
    known = fields.Boolean()
    inside = fields.Integer(data_key="in")
    undecided = fields.Integer()
    customers = fields.Integer()
    labels = fields.Dict(keys=fields.String(), values=fields.Integer())


class Series(Message):
    """In the order of time, the present last."""

    points = fields.List(fields.Nested(Size))

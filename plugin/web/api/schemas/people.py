"""Customers: in lists, and by themselves."""

from marshmallow import fields

from plugin.web.api.schemas.activity import Write
from plugin.web.api.schemas.base import Message, identifier


class Person(Message):
    """A customer in a list. ``label``: of tiers, else empty."""

    id = identifier()
    name = fields.String(allow_none=True)
    email = fields.String(allow_none=True)
    created_at = fields.DateTime(allow_none=True)
    label = fields.String(allow_none=True)
    since = fields.DateTime(allow_none=True)
    was = fields.String(allow_none=True)


class People(Message):
    """A page of a list; ``next``: what to ask with as ``after``, None at the end."""

    customers = fields.List(fields.Nested(Person))
    next = identifier(allow_none=True)


class Reason(Message):
    """A part of a rule with its answer for one customer: ``yes``, ``no`` or ``unknown``."""

    sentence = fields.String()
    answer = fields.String()
    actual = fields.String(allow_none=True)
    facts = fields.List(fields.String())
    parts = fields.List(fields.Nested(lambda: Reason()))


class Pin(Message):
    """A person's word that holds a customer in or out, whatever the rule says; ``until`` none: without end."""

    way = fields.String()
    label = fields.String()
    reason = fields.String()
    author = fields.String()
    placed_at = fields.DateTime()
    until = fields.DateTime(allow_none=True)


class Why(Message):
    """The reason; None while the segment can't be worked out."""

    reason = fields.Nested(Reason, allow_none=True)
    sentence = fields.String(allow_none=True, metadata={"description": "How far it is, or how long it lasts."})
    next_change = fields.DateTime(allow_none=True)
    grace_ends = fields.DateTime(allow_none=True)
    pin = fields.Nested(Pin, allow_none=True)


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


class CustomerShown(Message):
    """Everything we show of one customer."""

    customer = fields.Nested(Person)
    segments = fields.List(fields.Nested(Standing))
    history = fields.List(fields.Nested(Event))
    tags = fields.Nested(Tags)
    writes = fields.List(fields.Nested(Write))


class Passage(Message):
    """From this moment on, until the next: in (with a label, of tiers), out, or undecided. ``at`` is none
    where it was so from the beginning."""

    at = fields.DateTime(allow_none=True)
    label = fields.String(allow_none=True)
    undecided = fields.Boolean()


class Passages(Message):
    """In the order of time; none while the segment can't be worked out."""

    passages = fields.List(fields.Nested(Passage), allow_none=True)

"""The first view, and problems."""

from marshmallow import fields

from plugin.web.api.schemas.base import Message
from plugin.web.api.schemas.segments import Segment


class Notice(Message):
    """Something the merchant must look at, in words."""

    code = fields.String()
    subject = fields.String()
    title = fields.String()
    advice = fields.String()
    first_at = fields.DateTime()
    last_at = fields.DateTime()
    times = fields.Integer()
    alike = fields.Integer(metadata={"description": "How many of this code there are: this one speaks for all."})
    customer = fields.String(allow_none=True, metadata={"description": "Who asks for their data, where any is held."})


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
    """How far the history of one kind is: ``done`` of ``all`` steps; ``all`` is null where nobody knows.
    ``things``: how many there are of the kind, where the platform says."""

    kind = fields.String()
    state = fields.String()
    things = fields.Integer(allow_none=True)
    done = fields.Integer()
    all = fields.Integer(allow_none=True)
    error = fields.String(allow_none=True)


class History(Message):
    """How far the store's history is."""

    done = fields.Boolean()
    readings = fields.List(fields.Nested(Reading))
    seconds_left = fields.Integer(allow_none=True, metadata={"description": "Null where nobody can know yet."})
    at_least = fields.Boolean(metadata={"description": "What is left takes this long, and an unknown time more."})


class Counts(Message):
    """How much there is, and how much waits."""

    customers = fields.Integer()
    deliveries_waiting = fields.Integer()
    deliveries_set_aside = fields.Integer()
    outbox = fields.Integer()
    due = fields.Integer()


class Asked(Message):
    """What is read of everybody because a rule asks for it. ``done``: null where that is not counted."""

    what = fields.String()
    done = fields.Integer(allow_none=True)
    all = fields.Integer()


class Overview(Message):
    """The first view, whole."""

    store = fields.Nested(Store)
    history = fields.Nested(History)
    counts = fields.Nested(Counts)
    asked = fields.List(fields.Nested(Asked))
    segments = fields.List(fields.Nested(Segment))
    problems = fields.List(fields.Nested(Notice))
    as_of = fields.DateTime()

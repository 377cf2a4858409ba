"""What came in and what went out."""

from marshmallow import fields

from plugin.web.api.schemas.base import Message, identifier


class Write(Message):
    """A change we made, or tried to make, at the store."""

    id = fields.Integer()
    customer_id = identifier()
    customer = fields.String(allow_none=True)
    what = fields.String(metadata={"description": "tags, group, attribute or native."})
    added = fields.List(fields.String())
    removed = fields.List(fields.String())
    cause = fields.String()
    ok = fields.Boolean()
    answer = fields.String(allow_none=True)
    sent_at = fields.DateTime()


class Writes(Message):
    """The newest first."""

    writes = fields.List(fields.Nested(Write))


class Repair(Message):
    """Things of one kind that were missing here, and are no longer. ``ids``: a few of them."""

    at = fields.DateTime()
    kind = fields.String()
    what = fields.String()
    count = fields.Integer()
    said = fields.String()
    ids = fields.List(identifier())


class Repairs(Message):
    """The newest first. ``compared_at``: until then nothing was missing."""

    repairs = fields.List(fields.Nested(Repair))
    compared_at = fields.DateTime(allow_none=True)


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

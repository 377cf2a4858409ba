"""The store's customer groups: which of ours counts first, and which of the merchant's customers may leave."""

from marshmallow import fields

from plugin.web.api.schemas.base import Message, Request, identifier
from plugin.web.api.schemas.preferences import Truth


class Shown(Message):
    """A segment with groups of its own."""

    segment_id = fields.Integer()
    segment = fields.String()
    groups = fields.List(fields.String())


class Groups(Message):
    """What was chosen; the store itself is not asked."""

    there = fields.Boolean(metadata={"description": "Whether this platform has such groups at all."})
    shown = fields.List(fields.Nested(Shown), metadata={"description": "In the order in which they count."})
    leavable = fields.List(fields.String(), metadata={"description": "Groups that customers may leave, by name."})


class GroupChoice(Message):
    """A group of the merchant's."""

    id = identifier()
    name = fields.String()
    leavable = fields.Boolean()
    never = fields.Boolean(metadata={"description": "Nobody may be taken out of it, whoever says so."})
    reasons = fields.String(metadata={"description": "Why it matters; empty where it does not."})


class GroupChoices(Message):
    """Every group of the merchant's, as the store tells them now."""

    groups = fields.List(fields.Nested(GroupChoice))
    unseen = fields.String(metadata={"description": "What we may not look at, in a sentence; else empty."})


class GroupChosen(Request):
    """Whether customers may leave the group, and whether somebody was told what that does."""

    leavable = Truth(required=True)
    confirmed = Truth(load_default=False)


class GroupOrder(Request):
    """Segments with a group, the first first."""

    segments = fields.List(fields.Integer(), required=True)

"""What the page sends. Strict: a key we do not know is a mistake, not noise."""

from datetime import UTC

from marshmallow import Schema, fields, validate

from plugin.web.api.schemas.base import Request

BIG = 2**63 - 1
"""The largest id there can be."""


class DraftRequest(Request):
    """A segment as it is being written. ``definition``: see docs/rules.md; ``outputs``: label → tag, the
    label of a plain rule is the empty text."""

    definition = fields.Dict(required=True)
    name = fields.String(load_default="")
    outputs = fields.Dict(keys=fields.String(), values=fields.String(), load_default=dict)
    segment_id = fields.Integer(load_default=None, allow_none=True, strict=True, validate=validate.Range(1, BIG))


class SeriesQuery(Schema):
    """How many points, the present last, and what lies between two."""

    points = fields.Integer(load_default=53, validate=validate.Range(1, 400))
    step = fields.String(load_default="week", validate=validate.OneOf(["day", "week", "month"]))


class DraftSeriesRequest(DraftRequest):
    """A draft, and at which moments its size is asked for."""

    points = fields.Integer(load_default=53, strict=True, validate=validate.Range(1, 400))
    step = fields.String(load_default="week", validate=validate.OneOf(["day", "week", "month"]))


class MomentQuery(Schema):
    """As of which moment; without one, as of now."""

    as_of = fields.AwareDateTime(load_default=None, default_timezone=UTC)


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

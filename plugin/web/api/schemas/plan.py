"""What a store pays for."""

from marshmallow import fields, validate

from plugin.web.api.schemas.base import Message


class Offered(Message):
    """A plan. What it costs is told where the platform has no page of plans."""

    handle = fields.String()
    name = fields.String()
    says = fields.String()
    includes = fields.List(fields.String())
    costs = fields.String()
    tried = fields.String(metadata={"description": "How long it is free for a store that never had a plan."})
    current = fields.Boolean()
    can_choose = fields.Boolean(metadata={"description": "Whether it can be asked for here."})
    leaving = fields.String(
        allow_none=True, metadata={"description": "What the merchant must know first: choosing it ends their trial."}
    )


class Entitlement(Message):
    """The store's plan and how the store stands to it. Only ``billing`` where nothing is billed."""

    billing = fields.Boolean()
    name = fields.String()
    state = fields.String(metadata={"description": "none, trial, active, ending or frozen."})
    price = fields.String()
    standing = fields.String(metadata={"description": "within, over, or paused: then nothing is written to the store."})
    customers = fields.Integer()
    limit = fields.Integer(allow_none=True)
    until = fields.DateTime(allow_none=True, metadata={"description": "When a landing ends, or ended."})
    says = fields.List(fields.String())
    counted = fields.String()
    always = fields.String()
    read_at = fields.DateTime(allow_none=True)
    reading = fields.Boolean(metadata={"description": "Whether the platform is about to be asked."})
    billed = fields.String()
    change_url = fields.String(
        allow_none=True,
        metadata={
            "description": "The platform's page of plans; it must be opened on top. Null: plans are chosen here."
        },
    )
    cancelling = fields.String(
        allow_none=True,
        metadata={"description": "What cancelling does. Null where there is nothing to cancel, or not here."},
    )
    plans = fields.List(fields.Nested(Offered))


class PlanWanted(Message):
    """The plan a merchant wants."""

    plan = fields.String(required=True, validate=validate.Length(min=1, max=100))
    leaving_trial = fields.Boolean(load_default=False, metadata={"description": "Whether a trial is to end for it."})


class Agreeing(Message):
    """Where the merchant agrees; it must be opened on top, and is good for a day."""

    url = fields.String()


class Cancelled(Message):
    """Until when the plan is good. Null: there was none."""

    until = fields.DateTime(allow_none=True)

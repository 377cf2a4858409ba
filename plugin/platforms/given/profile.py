"""What may stand in a store file beside a customer's own values: tags, consent, answers, events, …"""

from typing import Any

from marshmallow import ValidationError, validates_schema

from plugin.platforms.given.kinds import Amount, Day, Id, Moment, Part, Plain, Text
from plugin.platforms.given.nested import Of, Some
from plugin.platforms.given.places import NONE, texts

CONSENTS = ("subscribed", "not_subscribed", "pending", "unsubscribed", "redacted", "invalid")
LEVELS = ("single_opt_in", "confirmed_opt_in", "unknown")


class Tag(Part):
    """A tag of a customer. A plain text is a tag that has always been there."""

    short = staticmethod(lambda text: {"tag": text})
    tag = Text("The tag.", required=True, allow_none=False)
    added = Moment("When it was added.", absent="it has always been there", allow_none=True)
    removed = Moment("When it was taken away.", absent="it still stands", allow_none=True)


class Consent(Part):
    """What a customer said to hearing from the store. A plain text is a state that has always held."""

    short = staticmethod(lambda text: {"state": text})
    state = Text("The state.", choices=CONSENTS, required=True, allow_none=False)
    level = Text("The opt-in level.", choices=LEVELS, absent=NONE, allow_none=True)
    date = Moment("Since when.", absent="it has always held", allow_none=True)


class Channels(Part):
    """Consent by channel: a state, or a list of states with their dates. null: never asked."""

    email = Some(Of(Consent, allow_none=False), "For e-mail.")
    sms = Some(Of(Consent, allow_none=False), "For text messages.")


class Merge(Part):
    """Into which customer this one was merged, and when."""

    customer = Id("The one who stays.", required=True, allow_none=False)
    at = Moment("When.", required=True, allow_none=False)


class Expected(Part):
    """When somebody predicts that the customer orders next."""

    date = Day("The day of the next order.", required=True, allow_none=True)
    predicted = Moment("When that was said.", absent="it has always been said", allow_none=True)


class Credit(Part):
    """A store credit account."""

    account = Id("Which account.", absent="its place in the list", allow_none=True)
    balance = Amount("What is left on it.", required=True, allow_none=False)
    currency = Text("Of the balance.", absent="the store's", allow_none=True)
    expires = Moment("When the next part of it expires.", absent=NONE, allow_none=True)
    last_credit = Moment("When something was last added.", absent=NONE, allow_none=True)


class Checkout(Part):
    """A checkout that was begun. One that was completed is not abandoned from then on."""

    id = Id("Its id.", absent="its place in the list", allow_none=True)
    at = Moment("When it was begun.", required=True, allow_none=False)
    completed = Moment("When it became an order.", absent="never", allow_none=True)
    amount = Amount("What was in it.", absent=NONE, allow_none=True)


class Event(Part):
    """Something with a name happened: a message opened, a product viewed, anything."""

    at = Moment("When.", required=True, allow_none=False)
    name = Text("What; `shopify_email.opened` and its kin, or any name.", required=True, allow_none=False)
    item = Text("What it happened with.", absent=NONE, allow_none=True)
    tags = texts("Tags of it.", absent=NONE, allow_none=True)
    value = Amount("A number that belongs to it.", absent=NONE, allow_none=True, least=None)


class Answer(Part):
    """An answer to a question: a choice or several, a number, free text."""

    at = Moment("When it was given.", required=True, allow_none=False)
    question = Text("Which question.", required=True, allow_none=False)
    choice = Text("The choice.", absent=NONE, allow_none=True)
    choices = texts("Several choices.", absent=NONE, allow_none=True)
    number = Amount("The number.", absent=NONE, allow_none=True, least=None)
    text = Text("The text.", absent=NONE, allow_none=True)
    other = Text('What was written under "other"; it equals no choice.', absent=NONE, allow_none=True)

    @validates_schema(skip_on_field_errors=True)
    def _says_something(self, data: Plain, **_: Any) -> None:
        if not any(data.get(key) is not None for key in ("choice", "choices", "number", "text", "other")):
            raise ValidationError("An answer needs a choice, choices, a number, a text or other.")

"""Facts that a merchant, their surveys and their other tools tell of a store's customers.

What the platform knows it tells itself. What it does not know is told here in the words of a store file
(docs/store-file.md): each entry is a customer of such a file, with the keys of KEYS and no others.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from marshmallow import ValidationError
from msgspec import MsgspecError
from msgspec.json import decode, encode

from plugin.domain.errors import MessageUnreadable
from plugin.domain.facts import Fact
from plugin.platforms.given import people, shapes
from plugin.platforms.given.kinds import Id, Part, store_time
from plugin.platforms.given.mistakes import FileUnusable, Mistake, flat
from plugin.platforms.given.nested import Many, Of

TOPIC = "given/facts"
KEYS = (
    *("birth_date", "gender", "income", "education", "occupation"),
    *("predicted_spend_tier", "expected_order", "rfm_group", "subscription_status"),
    *("nps", "answers", "events", "attributes"),
)
A_MESSAGE = 200
"""Customers in one message: about as much work as a batch of webhooks."""
LARGEST = 2**62


class Number(Id):
    """The number of a customer at the platform."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> int:
        written = str(super()._deserialize(value, attr, data, **options)).strip()
        if not (written.isascii() and written.isdigit() and 0 < int(written[:20]) < LARGEST):
            raise ValidationError("Write the customer's number at the platform, as 706405506930.")
        return int(written)


PERSON: type[Part] = type(
    "Person",
    (Part,),
    {
        "__doc__": "A customer of the store and what is told of them.",
        "id": Number("The customer's number at the platform.", required=True, allow_none=False),
        **{key: shapes.Customer._declared_fields[key] for key in KEYS},
    },
)


class Told(Part):
    """Customers with what is told of each."""

    customers = Many(Of(PERSON, allow_none=False), "Whom it is about.", required=True, allow_none=False, least=1)


def messages(data: Any, zone: ZoneInfo) -> Iterator[bytes]:
    """Messages of the topic given/facts that say all of it. A moment without offset is in this zone.

    Raises FileUnusable with every mistake, each with its path: ``customers[3].answers[0].at``.
    """
    if not isinstance(data, Mapping):
        raise FileUnusable([Mistake("", "Write an object with `customers`.")])
    with store_time(zone):
        try:
            found: list[dict[str, Any]] = Told().load(data)["customers"]
        except ValidationError as error:
            raise FileUnusable(flat(error.messages)) from error
    silent = [place for place, each in enumerate(found) if len(each) == 1]
    if silent:
        told = f"Nothing is told of this customer. Known here: {', '.join(KEYS)}."
        raise FileUnusable([Mistake(f"customers[{place}]", told) for place in silent])
    for start in range(0, len(found), A_MESSAGE):
        yield encode({"customers": found[start : start + A_MESSAGE]})


def translate(topic: str, body: bytes, seen_at: datetime) -> tuple[Fact, ...]:
    """What the message says. Raises MessageUnreadable."""
    try:
        return tuple(fact for person in decode(body)["customers"] for fact in people.told(person))
    except (MsgspecError, ValueError, KeyError, TypeError, AttributeError, ArithmeticError) as error:
        raise MessageUnreadable(f"{topic}: {error}", topic=topic) from error

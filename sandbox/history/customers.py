"""The customers of a shop, and what kind of buyer each is."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.history.people import LANDS, MERCHANT_TAGS, NOTES, Land
from sandbox.store.customer import Address, Consent, Customer
from sandbox.store.shop import Shop

HOME_SHARE = 0.6
CONSENTS = (("SUBSCRIBED", 46), ("NOT_SUBSCRIBED", 38), ("UNSUBSCRIBED", 12), ("PENDING", 4))


@dataclass(frozen=True, slots=True)
class Habit:
    """How a customer buys: how likely once more, and after how many days in the middle."""

    again: float
    days: float
    basket: float
    """Lines in a basket, in the middle."""
    returns: float


HABITS = ((Habit(0.0, 0, 0.0, 0.0), 8), (Habit(0.3, 110, 1.4, 0.05), 46), (Habit(0.72, 60, 1.8, 0.06), 29),
          (Habit(0.93, 30, 2.2, 0.05), 14), (Habit(0.75, 45, 2.6, 0.35), 3))  # fmt: skip
"""Never bought; once or twice; now and then; regulars; those who send much back. Weights in hundred."""


def invite(shop: Shop, count: int, span: tuple[datetime, datetime], rng: random.Random) -> list[tuple[Customer, Habit]]:
    """``count`` customers who came to the shop over the span, more of them lately."""
    home = next((land for land in LANDS if land.code == shop.profile.country), LANDS[0])
    abroad = [land for land in LANDS if land is not home]
    made = []
    for number in range(count):
        land = home if rng.random() < HOME_SHARE else rng.choice(abroad)
        at = span[0] + (span[1] - span[0]) * rng.random() ** 0.8
        customer = _person(shop, number, land, (at.replace(microsecond=0), span[1]), rng)
        shop.customers[customer.id] = customer
        habit = rng.choices([habit for habit, _ in HABITS], [weight for _, weight in HABITS])[0]
        made.append((customer, habit))
    return made


def _person(shop: Shop, number: int, land: Land, span: tuple[datetime, datetime], rng: random.Random) -> Customer:
    at, until = span
    first, last, place = rng.choice(land.first), rng.choice(land.last), rng.choice(land.places)
    mailbox = f"{_plain(first)}.{_plain(last)}{number + 1}"
    customer = Customer(
        id=shop.numbers.next("Customer"),
        created_at=at,
        updated_at=at,
        first_name=first,
        last_name=last,
        email=None if rng.random() < 0.02 else f"{mailbox}@{rng.choice(('example.com', 'example.org', 'example.net'))}",
        locale=land.locale,
        state=rng.choices(("DISABLED", "ENABLED", "INVITED"), (60, 36, 4))[0],
        note=rng.choice(NOTES) if rng.random() < 0.06 else None,
        verified_email=rng.random() < 0.9,
    )
    customer.address = Address(
        id=shop.numbers.next("MailingAddress"),
        first_name=first,
        last_name=last,
        address1=land.street.format(n=rng.randint(1, 140)),
        city=place.city,
        zip=place.zip,
        province=place.province,
        province_code=place.province_code,
        country=land.name,
        country_code=land.code,
    )
    _consent(customer, until, rng)
    if rng.random() < 0.16:
        tagged = min(until, at + timedelta(days=rng.randint(0, 20)))
        customer.tags.add(rng.sample(MERCHANT_TAGS, rng.choice((1, 1, 2))), tagged)
    return customer


def _consent(customer: Customer, until: datetime, rng: random.Random) -> None:
    if customer.email is None:
        return
    state = rng.choices([state for state, _ in CONSENTS], [weight for _, weight in CONSENTS])[0]
    if state != "NOT_SUBSCRIBED":
        level = "CONFIRMED_OPT_IN" if rng.random() < 0.3 else "SINGLE_OPT_IN"
        at = min(until, customer.created_at + timedelta(hours=rng.randint(0, 200)))
        customer.consent = Consent(state, level, at)


def _plain(name: str) -> str:
    table = str.maketrans("äöüßéèëïíıçñøåó", "aousseeeiiicnoa"[:15])
    return "".join(c for c in name.lower().translate(table) if c.isascii() and c.isalpha())

"""The story as the oracle of tests/laws wants it: facts, made of the description and of nothing a platform says."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from itertools import count

from plugin.domain.facts import (
    Address,
    AddressesListed,
    AttributeSeen,
    Channel,
    ConsentSeen,
    DiscountKind,
    LineSeen,
    OrderSeen,
    RefundLineSeen,
    RefundSeen,
    Version,
)
from plugin.domain.ids import CustomerId, LineId, OrderId, ProductId, RefundId
from plugin.rules import schema
from tests.contract.platform.story import Bought, Person, Story, off, shipping, tax_of, worth
from tests.laws.oracle import UNKNOWN, Oracle, Segment, Store, label
from tests.laws.oracle.facts import Person as Told
from tests.laws.oracle.facts import Said


class Beliefs:
    """Who is in, by what was described."""

    def __init__(self, story: Story) -> None:
        self._story = story
        self._numbers = count(1)
        self.ids = {name: CustomerId(number) for number, name in enumerate(story.people, 1)}
        self._people = tuple(self._told(name, person) for name, person in story.people.items())

    def answers(self, definition: dict[str, object], at: datetime) -> dict[str, str | None]:
        """Everybody's label, None when out, ``?`` when that can't be known."""
        asked = {"it": Segment(schema.load(definition))}
        store = Store(str(self._story.zone), segments=asked, people=self._people, until=at)
        names = {number: name for name, number in self.ids.items()}
        found = {names[CustomerId(each.id)]: label(Oracle(store, each, at), "it") for each in self._people}
        return {
            name: "?" if each is UNKNOWN else str(each) if each is not None else None for name, each in found.items()
        }

    def _told(self, name: str, person: Person) -> Told:
        who, at = self.ids[name], self._story.moment(person.days, "08:00")
        region = f"{person.land}-{person.region[0]}" if person.region else None
        home = Address(person.land, region, person.city, person.postcode, main=True)
        facts: list[Said] = [AddressesListed(who, at, (home,))]
        facts.append(AttributeSeen(who, "customer_email_domain", at, (domain(name),)))
        facts.append(AttributeSeen(who, "customer_account_status", at, ("ENABLED",)))
        if person.consent:
            facts.append(ConsentSeen(who, Channel.EMAIL, at, person.consent))
        for order in self._story.orders:
            if order.by == name and order.deleted is None:
                facts += self._bought(order, who, home)
        return Told(who, at, tuple(facts), email=f"{name}@{domain(name)}")

    def _bought(self, order: Bought, who: CustomerId, home: Address) -> Iterator[Said]:
        placed, number = self._story.placed(order), OrderId(next(self._numbers))
        lines = {name: self._line(order, name) for name in order.lines}
        paid = placed if order.paid else None
        parts = ("country", "region", "city", "postcode")
        sent = {} if order.channel == "pos" else {name: getattr(home, name) for name in parts}
        sent |= {f"billing_{name}": value for name, value in sent.items()}
        if order.paid_later is not None:
            paid = self._story.moment(order.paid_later)
        yield OrderSeen(
            number,
            who,
            Version(placed, placed, b""),
            placed_at=placed,
            paid_at=paid,
            cancelled_at=None if order.cancelled is None else self._story.moment(order.cancelled, "14:00"),
            test=False,
            currency="EUR",
            gross=sum((line.gross for line in lines.values()), Decimal(0)),
            discount=sum((line.discount for line in lines.values()), Decimal(0)),
            shipping=shipping(order),
            tax=sum((tax_of(order, worth(order, name) - off(order, name)) for name in lines), Decimal(0)),
            total=sum((worth(order, name) - off(order, name) for name in lines), shipping(order)),
            lines=tuple(lines.values()),
            channel=order.channel,
            discount_codes=(order.code[0],) if order.code else (),
            discount_kinds=(DiscountKind.CODE,) if order.code else (),
            **sent,
        )
        kept = dict(order.lines)
        for back in order.back:
            units = dict(kept) if back.units is None else back.units
            kept = {name: kept[name] - units.get(name, 0) for name in kept}
            yield self._back(order, number, lines, units, self._story.moment(back.days), whole=back.units is None)

    def _back(
        self,
        order: Bought,
        number: OrderId,
        lines: dict[str, LineSeen],
        units: dict[str, int],
        at: datetime,
        *,
        whole: bool,
    ) -> RefundSeen:
        given = [
            RefundLineSeen(lines[n].id, k, (lines[n].gross - lines[n].discount) * k / lines[n].quantity)
            for n, k in units.items()
        ]
        money = sum((worth(order, n) * k / order.lines[n] for n, k in units.items()), Decimal(0))
        total = money + (shipping(order) if whole else 0)
        goods = sum((each.amount for each in given), Decimal(0))
        return RefundSeen(RefundId(next(self._numbers)), number, Version(at, at, b""), at, goods, total, tuple(given))

    def _line(self, order: Bought, name: str) -> LineSeen:
        thing, tax = self._story.things[name], tax_of(order, worth(order, name))
        product = ProductId(list(self._story.things).index(name) + 1)
        return LineSeen(
            LineId(next(self._numbers)),
            product,
            int(product),
            order.lines[name],
            gross=worth(order, name) - tax,
            discount=off(order, name),
            title=thing.name,
            sku=name,
            vendor=thing.brand,
            price=Decimal(thing.price),
            compare_at=Decimal(thing.retail) if thing.retail else None,
            categories=thing.categories,
            options=(("Size", thing.size),),
        )


def domain(name: str) -> str:
    """Where somebody has their e-mail address. Whose orders are of a night of the calendar can be left out by it."""
    return {"emil": "school.edu", "kim": "school.edu", "dora": "night.example"}.get(name, "example.com")

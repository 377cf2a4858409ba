"""A two-sided segment followed through time, naively: every order and every midnight is looked at."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal

INSTANT = timedelta(microseconds=1)
Purchases = Sequence[tuple[datetime, Decimal]]


def regulars(
    purchases: Mapping[int, Purchases], as_of: datetime, spend: int, window: timedelta, grace: timedelta
) -> set[int]:
    """Who is in: joins with ``spend`` in the window, leaves once no order was in it for longer than the grace."""
    return {who for who, bought in purchases.items() if _is_in(bought, as_of, spend, window, grace)}


def _is_in(bought: Purchases, as_of: datetime, spend: int, window: timedelta, grace: timedelta) -> bool:
    inside, empty_since = False, None
    for moment in _moments(bought, as_of, window + grace):
        since = datetime.combine(moment.date(), time()) - window
        recent = [net for at, net in bought if since <= at <= moment]
        empty_since = None if recent else empty_since or moment
        if inside and empty_since is not None and moment - empty_since > grace:
            inside = False
        inside = inside or sum(recent) >= spend
    return inside


def _moments(bought: Purchases, as_of: datetime, memory: timedelta) -> Iterator[datetime]:
    """When anything can change up to ``as_of``: each order, each midnight from the first order until the last is
    out of memory, and the moment itself."""
    first = bought[0][0].date()
    last = min(as_of.date(), (bought[-1][0] + memory + timedelta(days=2)).date())
    midnights = [datetime.combine(first + timedelta(days=n), time()) for n in range(1, (last - first).days + 1)]
    # What is false "for longer than" a grace that ends at a midnight is so an instant after it.
    instants = [midnight + INSTANT for midnight in midnights if midnight + INSTANT <= as_of]
    yield from sorted({as_of, *midnights, *instants, *(at for at, _ in bought)})

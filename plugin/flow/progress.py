"""How far a store's history is, and how long it will take, as far as that can be said honestly.

The store says beforehand how many things of a kind there are, then how many it has written out, in how many
lines; lines are loaded into the inbox in chunks, and chunks are sorted in. Where it writes nothing out and its pages
are read as they are asked for, a thing is taken for a line. Each pace is measured, none assumed: before the first
chunk is sorted in only the writing out can be foretold, and that much is said as "at least".
What an export can't hold, refunds, is looked up order by order meanwhile.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from plugin.db.backfills import WRITTEN, Backfill, State
from plugin.domain.facts import Kind

ENOUGH_SECONDS = 3.0
"""A pace that was measured for less says nothing."""


@dataclass(frozen=True)
class Way:
    """How far one kind is: of ``all`` steps ``done`` are made (lines once their number is known, things before).

    ``all`` is None where the store does not say how much there is."""

    reading: Backfill
    done: int
    all: int | None


@dataclass(frozen=True)
class Refunds:
    """Orders whose refunds were looked up since the first of them was loaded, and those still to be."""

    read: int = 0
    left: int = 0


@dataclass(frozen=True)
class Progress:
    """How far the history is. ``seconds_left`` is None where nobody can know; ``at_least``: it will be more."""

    ways: tuple[Way, ...]
    seconds_left: float | None
    at_least: bool = False


NO_REFUNDS = Refunds()


def progress(
    readings: Sequence[Backfill], waiting: Mapping[Kind, int], now: datetime, refunds: Refunds = NO_REFUNDS
) -> Progress:
    """``waiting``: how many chunks of each kind still wait to be sorted in."""
    ways = tuple(_way(reading, waiting.get(reading.kind, 0)) for reading in readings)
    if not ways or any(way.reading.state in (State.WAITING, State.FAILED) for way in ways):
        return Progress(ways, None)
    writing = [_written_in(way.reading, now) for way in ways if way.reading.state is State.EXPORTING]
    pace = _pace(ways, now)
    lines = [_lines_left(way) for way in ways]
    known = [seconds for seconds in writing if seconds is not None]
    if pace is None or None in lines:
        return Progress(ways, max(known, default=None), at_least=True)
    sorting = sum(left for left in lines if left is not None) / pace
    looking = _looked_up_in(ways, refunds, now)
    known += [] if looking is None else [looking]
    longer = any(_comes_longer(way.reading) for way in ways)
    return Progress(ways, max([sorting, *known]), at_least=longer or None in (*writing, looking))


def _way(reading: Backfill, waiting: int) -> Way:
    if reading.state in WRITTEN:
        return Way(reading, _sorted_in(reading, waiting), _lines(reading))
    return Way(reading, reading.roots, reading.expected)


def _lines(reading: Backfill) -> int | None:
    """How many lines there are; where nobody counted them as many as things, and no fewer than came."""
    if reading.objects is not None or reading.expected is None:
        return reading.objects
    return max(reading.expected, reading.loaded)


def _comes_longer(reading: Backfill) -> bool:
    """Whether lines still come though there are as many as there were things."""
    counted = reading.objects is not None or reading.expected is None
    return reading.state is State.LOADING and not counted and reading.loaded >= (reading.expected or 0)


def _sorted_in(reading: Backfill, waiting: int) -> int:
    """Lines that are facts already: those of the chunks that no longer wait."""
    if not reading.chunks:
        return reading.loaded
    return reading.loaded * max(reading.chunks - waiting, 0) // reading.chunks


def _written_in(reading: Backfill, now: datetime) -> float | None:
    """Seconds until the store has written everything out, at its pace so far."""
    if reading.expected is None or reading.read_began_at is None or not reading.roots:
        return None
    took = (now - reading.read_began_at).total_seconds()
    if took < ENOUGH_SECONDS:
        return None
    return took * max(reading.expected - reading.roots, 0) / reading.roots


def _pace(ways: Sequence[Way], now: datetime) -> float | None:
    """Lines sorted in a second, over all kinds that are being loaded or were."""
    loading = [way for way in ways if way.reading.state in WRITTEN and way.reading.loading_at]
    began = min((way.reading.loading_at for way in loading if way.reading.loading_at), default=now)
    took, lines = (now - began).total_seconds(), sum(way.done for way in loading)
    return lines / took if lines and took >= ENOUGH_SECONDS else None


def _lines_left(way: Way) -> float | None:
    """Lines still to be sorted in; of a kind that is being written out as many as its things so far suggest."""
    reading = way.reading
    if reading.state in WRITTEN:
        return None if way.all is None else float(way.all - way.done)
    if reading.expected is None or not reading.roots:
        return 0.0 if reading.expected == 0 else None
    return reading.expected * (reading.objects or 0) / reading.roots


def _looked_up_in(ways: Sequence[Way], refunds: Refunds, now: datetime) -> float | None:
    """Seconds until the refunds are looked up, at the pace so far."""
    began = next((way.reading.loading_at for way in ways if way.reading.kind is Kind.ORDER), None)
    if not refunds.left:
        return 0.0
    took = 0.0 if began is None else (now - began).total_seconds()
    return refunds.left * took / refunds.read if refunds.read and took >= ENOUGH_SECONDS else None

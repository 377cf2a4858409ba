"""mentions: what a merchant wrote themselves may still name who was forgotten. Only they can word it otherwise.

What still counts (a segment's name, its newest and its deciding version, what else it shows in, pins in force) is a
problem until it names nobody any more. What counts no longer (earlier versions, ended pins) is erased. To see that a
text was changed, the problem keeps salted traces of the words that stand in it, and goes with them.
"""

import json
import re
import secrets
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from hashlib import blake2b

from plugin.db import outputs, pins, problems, segments
from plugin.db.transaction import Transaction
from plugin.domain.ids import SegmentId
from plugin.domain.text import fold


def report_mentions(tx: Transaction, ids: Iterable[int], words: Iterable[str]) -> None:
    """Each segment that holds one of these numbers or words (an e-mail address, a name) is a problem on the
    merchant's page, which says which segment and nothing of the person; what it once held is erased."""
    pattern = _pattern([*map(str, ids), *words])
    if pattern is None:
        return
    for segment_id, texts in _standing(tx).items():
        found = {match for text in texts for match in pattern.findall(text)}
        if found:
            _report(tx, segment_id, found)
    _erase(tx, lambda text: pattern.search(text) is not None)


def recheck_mentions(tx: Transaction) -> None:
    """A segment that names nobody any more who was forgotten is no problem any more."""
    open_problems = problems.of_code(tx, "names_forgotten")
    standing = _standing(tx) if open_problems else {}
    for row in open_problems:
        traces = row["particulars"].get("traces")
        if traces is None:  # Reported before traces were kept: only a person can say that it is over.
            continue
        _erase(tx, partial(_holds, traces=traces))
        if not any(_holds(text, traces) for text in standing.get(SegmentId(int(row["subject"])), ())):
            problems.clear(tx, "names_forgotten", row["subject"])


def _report(tx: Transaction, segment_id: SegmentId, found: set[str]) -> None:
    known = problems.find(tx, "names_forgotten", str(segment_id)) or {}
    problems.report(
        tx, "names_forgotten", str(segment_id), traces=[*known.get("traces", ()), *map(_trace, sorted(found))]
    )


def _erase(tx: Transaction, names: Callable[[str], bool]) -> None:
    """What nobody goes by any more says nothing, where it named them."""
    for segment_id, version, text in segments.former(tx):
        if names(fold(text)):
            segments.blank(tx, segment_id, version)
    now = datetime.now(UTC)
    for pin in pins.of_store(tx):
        if pin.ended(now) and names(fold(pin.reason)):
            pins.blank(tx, pin)


def _standing(tx: Transaction) -> dict[SegmentId, list[str]]:
    """Everything people wrote about a segment that still counts, folded."""
    found: dict[SegmentId, list[str]] = defaultdict(list)
    for segment_id, text in _texts(tx):
        found[segment_id].append(fold(text))
    return found


def _texts(tx: Transaction) -> Iterator[tuple[SegmentId, str]]:
    for segment in (*segments.newest(tx), *segments.applied(tx)):
        yield segment.id, segment.name
        yield segment.id, json.dumps([segment.definition, dict(segment.outputs)], ensure_ascii=False)
    known = {segment.id for segment in segments.newest(tx)}
    for output in outputs.every(tx):
        if output.segment_id in known:
            yield output.segment_id, output.name
    now = datetime.now(UTC)
    for pin in pins.of_store(tx):
        if not pin.ended(now):
            yield pin.segment_id, pin.reason


def _pattern(words: list[str]) -> re.Pattern[str] | None:
    """Finds one of them as a whole word in a folded text."""
    some = "|".join(re.escape(fold(word)) for word in words if word.strip())
    return re.compile(rf"(?<!\w)(?:{some})(?!\w)") if some else None


def _trace(word: str) -> list[str | int]:
    """Knows the word again and doesn't tell it: a salt, its length, and a digest of both."""
    salt = secrets.token_hex(16)
    return [salt, len(word), _digest(salt, word)]


def _digest(salt: str, word: str) -> str:
    return blake2b(word.encode(), key=bytes.fromhex(salt), digest_size=16).hexdigest()


def _holds(text: str, traces: list[tuple[str, int, str]]) -> bool:
    """Whether one of the traced words stands in the folded text as a whole word."""
    starts = [each.start() for each in re.finditer(r"(?<!\w)\S", text)]
    return any(
        _digest(salt, text[start : start + length]) == digest
        for salt, length, digest in traces
        for start in starts
        if not re.match(r"\w", text[start + length :])
    )

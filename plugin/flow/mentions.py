"""mentions: what a merchant wrote themselves may still name who was forgotten. Only they can word it otherwise."""

import json
import re
from collections.abc import Iterable, Iterator

from plugin.db import pins, problems, segments
from plugin.db.transaction import Transaction
from plugin.domain.ids import SegmentId
from plugin.domain.text import fold


def report_mentions(tx: Transaction, ids: Iterable[int], words: Iterable[str]) -> None:
    """Each segment whose name, rule, tags or pins hold one of these numbers or words (an e-mail address, a
    name) is a problem on the merchant's page. The problem says which segment, and nothing of the person."""
    pattern = _pattern([*map(str, ids), *words])
    if pattern is None:
        return
    for segment_id in dict.fromkeys(each for each, text in _texts(tx) if pattern.search(fold(text))):
        problems.report(tx, "names_forgotten", str(segment_id))


def _pattern(words: list[str]) -> re.Pattern[str] | None:
    """Finds one of them as a whole word, however it is capitalised."""
    some = "|".join(re.escape(fold(word)) for word in words if word.strip())
    return re.compile(rf"(?<!\w)(?:{some})(?!\w)") if some else None


def _texts(tx: Transaction) -> Iterator[tuple[SegmentId, str]]:
    """Everything people wrote about a segment: its name, its newest and its deciding version, its pins."""
    for segment in (*segments.newest(tx), *segments.applied(tx)):
        yield segment.id, segment.name
        yield segment.id, json.dumps([segment.definition, dict(segment.outputs)], ensure_ascii=False)
    for pin in pins.of_store(tx):
        yield pin.segment_id, pin.reason

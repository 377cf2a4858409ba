"""How texts and lists of texts are compared with what a rule says of them."""

import re

from plugin.domain.text import fold
from plugin.engine.operands import Listed, Textual, Written, when_known
from plugin.engine.parameters import Parameters
from plugin.rules.fields import Matching
from plugin.rules.tree import Affix, Comparison

_PUNCTUATION = re.compile(r"[^\w]|_", re.ASCII)
_UNICODE = 'COLLATE "pg_c_utf8"'
"""Letters and digits of every script, whatever the database's own locale."""


def compared(one: Textual, op: Comparison, other: Textual | Written, parameters: Parameters) -> str:
    """``=`` or ``!=`` between two texts, or a text and what the rule says."""
    if op not in (Comparison.EQ, Comparison.NE):
        raise TypeError("texts have no order")
    if isinstance(other, Textual):
        left, right = _alike(one, other), _alike(other, one)
        return present(one, other, f"{left} {'=' if op is Comparison.EQ else '<>'} {right}")
    return present(one, one, _same(one, other.text, op, parameters))


def _alike(one: Textual, other: Textual) -> str:
    """The text in the form of the other, where that is kept without regard to case (or spaces)."""
    sql = one.sql
    if other.matching is not Matching.EXACT and one.matching is Matching.EXACT:
        sql = f'btrim(normalize(casefold(normalize({sql}) COLLATE "pg_unicode_fast")))'
    if other.matching is Matching.POSTCODE and one.matching is not Matching.POSTCODE:
        sql = f"replace({sql}, ' ', '')"
    return sql


def _same(one: Textual, text: str, op: Comparison, parameters: Parameters) -> str:
    written = written_for(one, text)
    sql = one.sql
    if one.matching is Matching.LANGUAGE and "-" not in written:
        sql = f"split_part({sql}, '-', 1)"
    return f"{sql} {'=' if op is Comparison.EQ else '<>'} {parameters.text(written)}"


def among(one: Textual, texts: list[str], negated: bool, parameters: Parameters) -> str:
    """Whether the text is one of these."""
    written = {written_for(one, text) for text in texts}
    plain = {text for text in written if "-" not in text} if one.matching is Matching.LANGUAGE else set()
    parts = []
    for sql, some in ((one.sql, written - plain), (f"split_part({one.sql}, '-', 1)", plain)):
        if some or not written:
            parts.append(f"{sql} = ANY({parameters.add(sorted(some), 'text[]')})")
    found = f"({' OR '.join(parts)})"
    return present(one, one, f"(NOT {found})" if negated else found)


def present(one: Textual, other: Textual, sql: str) -> str:
    """The condition where both texts are there: else false, or null where absence means that nobody knows."""
    if one.doubtful or other.doubtful:
        missing = [f"{side.sql} IS NOT NULL" for side in {one, other} if side.nullable and not side.doubtful]
        return f"({' AND '.join([*sorted(missing), sql])})"
    nullable = one.nullable or other.nullable
    return when_known(f"coalesce({sql}, false)" if nullable else f"({sql})", one.known, other.known)


def contains(one: Textual | Listed, text: str, negated: bool, parameters: Parameters) -> str:
    """Whether the list has the text as an element, the text has it as a part. A missing text is no answer to
    either question, a missing list is empty."""
    written = parameters.text(written_for(one, text))
    if isinstance(one, Listed):
        found = f"({written} = ANY({one.sql}))"
        if one.as_text is not None:
            part = f"coalesce(strpos(({one.sql})[1], {written}) > 0, false)"
            found = f"(CASE WHEN {one.as_text} THEN {part} ELSE {found} END)"
        return when_known(_turned(found, negated), one.known)
    return present(one, one, _turned(f"(strpos({one.sql}, {written}) > 0)", negated))


def _turned(sql: str, negated: bool) -> str:
    return f"(NOT {sql})" if negated else sql


def affixed(one: Textual | Listed, affix: Affix, text: str, negated: bool, parameters: Parameters) -> str:
    """Whether the text, or any element of the list, begins or ends with the other or has it as a word."""
    written = written_for(one, text)
    if isinstance(one, Textual):
        return present(one, one, _turned(f"({_affixed(one.sql, affix, written, parameters)})", negated))
    found = f"EXISTS (SELECT 1 FROM unnest({one.sql}) e WHERE {_affixed('e', affix, written, parameters)})"
    if one.doubtful:
        found = f"(CASE WHEN {one.sql} IS NOT NULL THEN {found} END)"
    return when_known(_turned(f"({found})", negated), one.known)


def _affixed(sql: str, affix: Affix, written: str, parameters: Parameters) -> str:
    match affix:
        case Affix.STARTS:
            return f"starts_with({sql}, {parameters.text(written)})"
        case Affix.ENDS:
            return f"right({sql}, {len(written)}) = {parameters.text(written)}"
        case Affix.WORD:
            literal = _PUNCTUATION.sub(lambda found: _escaped(found.group()), written)
            pattern = f"(^|[^[:alnum:]]){literal}($|[^[:alnum:]])"
            return f"{sql} {_UNICODE} ~ {parameters.text(pattern)}"


def _escaped(character: str) -> str:
    """Beyond ASCII nothing has a meaning of its own in a pattern."""
    return f"\\{character}" if character.isascii() else character


def written_for(one: Textual | Listed, text: str) -> str:
    """The rule's text in the form in which the other side is kept."""
    return comparable(one.matching, text)


def comparable(matching: Matching, text: str) -> str:
    """A rule's text in the form in which a fact that is compared so is kept."""
    match matching:
        case Matching.EXACT:
            return text
        case Matching.POSTCODE:
            return "".join(fold(text).split())
        case Matching.LANGUAGE:
            return fold(text).replace("_", "-")
    return fold(text)

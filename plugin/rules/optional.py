"""What a rule asks of customers that a platform is only asked for where some rule asks for it.

Such data have a name each: of a metafield its own (``metafields.loyalty.level``), of the others the kind of their
facts (``credits``). A store knows of each name whether, and since when, it is read.
"""

from collections.abc import Iterable

from plugin.rules.fields import Facts
from plugin.rules.reads import reads
from plugin.rules.segment import Definition, rules_of

OPTIONAL = frozenset(
    {
        Facts.METAFIELDS,
        Facts.PREDICTIONS,
        Facts.SUBSCRIPTIONS,
        Facts.CREDITS,
        Facts.COMPANIES,
        Facts.CHECKOUTS,
        Facts.DISPUTES,
    }
)
"""Kinds of facts that a platform may have, and that are asked for only where a rule needs them."""

LISTS = frozenset({Facts.CHECKOUTS, Facts.DISPUTES})
"""Of these, what is no customer's to be asked for: the store has one list of it."""


def name_of(name: str, facts: Iterable[Facts]) -> str | None:
    """Under which name the data are known that something in a rule reads; None where they are not optional."""
    found = OPTIONAL & frozenset(facts)
    if Facts.METAFIELDS in found:
        return name
    return min(each.value for each in found) if found else None


def facts_of(name: str) -> Facts:
    """The kind of facts behind a name."""
    return Facts.METAFIELDS if name.startswith("metafields.") else Facts(name)


def asked(definition: Definition) -> frozenset[str]:
    """The names of the optional data that the definition asks for."""
    found = (name_of(read.name, read.facts) for _, rule in rules_of(definition) for read in reads(rule))
    return frozenset(filter(None, found))

"""What a rule asks that this store can't answer exactly: no source for it, or an attribute of another type."""

from collections.abc import Collection, Iterator, Mapping

from plugin.rules.fields import Facts
from plugin.rules.problems import Problem
from plugin.rules.reads import Read, reads
from plugin.rules.segment import Definition, rules_of
from plugin.rules.tree import Attribute, Rule
from plugin.rules.walk import walk

_SEND = "Send it through the API or a store file, and save the rule then."
_GRANT = "Let the app read it in the store's admin, and save the rule then."

MISSING: dict[Facts, tuple[str, str]] = {
    Facts.CUSTOMER: ("customers' records", _GRANT),
    Facts.ORIGIN: ("which app made a customer's record, which this platform does not tell", _SEND),
    Facts.TAGS: ("customers' tags", _GRANT),
    Facts.CONSENTS: ("customers' consent to messages", _GRANT),
    Facts.ADDRESSES: ("customers' addresses", _GRANT),
    Facts.GROUPS: ("customer groups", _SEND),
    Facts.COMPANIES: ("the companies customers buy for", _GRANT),
    Facts.METAFIELDS: ("customers' metafields", _GRANT),
    Facts.ATTRIBUTES: ("attributes of your own", _SEND),
    Facts.DEMOGRAPHICS: ("what customers state about themselves", _SEND),
    Facts.PREDICTIONS: ("predictions", _SEND),
    Facts.FORECASTS: ("expected next orders", _SEND),
    Facts.SUBSCRIPTIONS: ("customers' product subscriptions", _GRANT),
    Facts.CREDITS: ("customers' store credit", _GRANT),
    Facts.CHECKOUTS: ("abandoned checkouts", _GRANT),
    Facts.ANSWERS: ("survey answers", _SEND),
    Facts.EVENTS: ("events such as opened mails and viewed products", _SEND),
    Facts.ORDERS: ("orders", _GRANT),
    Facts.LINES: ("order lines", _GRANT),
    Facts.REFUNDS: ("refunds", _GRANT),
    Facts.PRODUCTS: ("the store's products", _GRANT),
    Facts.COSTS: ("unit costs of products", _GRANT),
    Facts.DISPUTES: ("payment disputes", _GRANT),
}
"""What a store without a source lacks, and what can be done about it."""

STORED: dict[str, frozenset[str]] = {
    "number": frozenset({"number"}),
    "date": frozenset({"day", "moment"}),
    "text": frozenset({"text"}),
    "truth": frozenset({"truth"}),
    "list": frozenset({"list", "text"}),
}
"""The types in which an attribute may be kept to be asked as of each kind."""

_KIND_NOUNS = {"number": "a number", "date": "a date", "text": "a text", "truth": "true or false", "list": "a list"}
_STORED_NOUNS = {
    "number": "a number",
    "day": "a date",
    "moment": "a date",
    "text": "a text",
    "truth": "true or false",
    "list": "a list",
}


def refusals(
    definition: Definition,
    sources: frozenset[Facts] | None,
    types: Mapping[str, Collection[str]],
    grants: Mapping[Facts, str] | None = None,
) -> tuple[Problem, ...]:
    """Why the definition can't be saved in a store with these sources; None: it has all of them.

    ``types`` gives the types in which the store keeps each attribute; names it does not have are not
    refused: their facts may come later. ``grants``: the permission without which the store's platform keeps a kind of
    facts to itself. Each problem names the field of its rule.
    """
    found: list[Problem] = []
    for field, rule in rules_of(definition):
        for problem in (*_sourceless(rule, sources, grants or {}), *_mistyped(rule, types)):
            found.append(Problem(problem.message, problem.span, problem.expected, problem.suggestion, field))
    return tuple(found)


def _sourceless(rule: Rule, sources: frozenset[Facts] | None, grants: Mapping[Facts, str]) -> Iterator[Problem]:
    if sources is None:
        return
    told: set[Facts] = set()
    for read in reads(rule):
        lacking = [facts for facts in Facts if facts in read.facts - sources - told]
        told.update(lacking)
        for facts in lacking:
            yield _problem(read, facts, grants.get(facts))


def _problem(read: Read, facts: Facts, grant: str | None) -> Problem:
    what, cure = MISSING[facts]
    if grant is not None:
        told = f"`{read.name}` needs {what}, and the app may not read that in this store: grant it `{grant}`"
        return Problem(f"{told} on the Settings page, and save the rule then.", read.span)
    return Problem(f"`{read.name}` needs {what}, and this store has no source for that. {cure}", read.span)


def _mistyped(rule: Rule, types: Mapping[str, Collection[str]]) -> Iterator[Problem]:
    for node in walk(rule):
        if not isinstance(node, Attribute) or node.kind is None or not types.get(node.name):
            continue
        stored = sorted(types[node.name])
        if STORED[node.kind].isdisjoint(stored):
            asked, kept = _KIND_NOUNS[node.kind], " or ".join(dict.fromkeys(_STORED_NOUNS[each] for each in stored))
            message = f"`{node.name}` is {kept} in this store, but the rule asks about it as {asked}."
            yield Problem(message, node.span, (f"a comparison with {kept}",))

"""From text to a rule that makes sense."""

from plugin.rules import typecheck
from plugin.rules.build import build
from plugin.rules.grammar import read
from plugin.rules.problems import RuleError
from plugin.rules.tree import Rule


def parse(text: str) -> Rule:
    """The rule the text says, names resolved and types checked; it can be evaluated exactly.

    Raises RuleError with the problems of the first stage that has any: the text can't be read
    (one problem), names or values make no sense, or parts do not fit together.
    """
    rule = build(read(text), text)
    found = typecheck.problems(rule)
    if found:
        raise RuleError(found)
    return rule

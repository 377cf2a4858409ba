"""The spelling of Shopify's functions before 2026-10: ``orders_placed(count_at_least: 2) = true``."""

from plugin.rules.tree import Compare, Comparison, In, Literal, RowField, Rule, Span

_ENDINGS = (("_at_least", Comparison.GE), ("_at_most", Comparison.LE))
_DATES = {"since": Comparison.GE, "until": Comparison.LE}


def older_parameter(
    name: str, values: tuple[Literal, ...], span: Span | None, known: frozenset[str]
) -> tuple[str, Rule]:
    """The name of today's parameter, and the condition the older one stands for.

    The name is the caller's to look up: it may be none of the function's parameters.
    """
    op = Comparison.EQ
    if name in _DATES and name not in known:
        name, op = "date", _DATES[name]
    for ending, comparison in _ENDINGS:
        if name.endswith(ending) and name not in known:
            name, op = name.removesuffix(ending), comparison
    field = RowField(name, span=span)
    if len(values) > 1:
        return name, In(field, values, span=span)
    return name, Compare(field, op, values[0], span=span)

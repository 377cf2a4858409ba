"""Which rows an aggregate inside a filter means, as a FROM clause for each row around it."""

from plugin.engine.columns import COLUMNS, aliased
from plugin.engine.relations import Rows
from plugin.engine.sources import MINE, OWNER
from plugin.rules.tree import Aggregate, Relation, Source

_ITS = {
    (Source.ORDERS, Source.LINES): "lines l{d} ON l{d}.store_id = %(store)s AND l{d}.order_id = {o}.id",
    (Source.ORDERS, Source.REFUNDS): """refunds r{d}
      ON r{d}.store_id = %(store)s AND r{d}.order_id = {o}.id AND r{d}.refunded_at <= p.as_of""",
    (Source.LINES, Source.REFUNDS): """refunds r{d}
      ON r{d}.store_id = %(store)s AND r{d}.order_id = {o}.id AND r{d}.refunded_at <= p.as_of
      AND EXISTS (SELECT FROM refund_lines b WHERE b.store_id = %(store)s AND b.order_id = {o}.id
        AND b.refund_id = r{d}.id AND b.line_id = {l}.id)""",
    (Source.REFUNDS, Source.LINES): """lines l{d} ON l{d}.store_id = %(store)s AND l{d}.order_id = {o}.id
      AND EXISTS (SELECT FROM refund_lines b WHERE b.store_id = %(store)s AND b.order_id = {o}.id
        AND b.refund_id = {r}.id AND b.line_id = l{d}.id)""",
}
"""An order's lines and refunds; a line's refunds: those that name it; and the lines that a refund names."""


_GROUPED = {
    (Source.ORDERS, Source.LINES): (
        "moments p JOIN lines l1 ON l1.store_id = %(store)s AND l1.customer_id BETWEEN %(first)s AND %(last)s",
        "l1.order_id",
        "o.id",
    ),
    (Source.ORDERS, Source.REFUNDS): (
        "moments p JOIN refunds r1 ON r1.store_id = %(store)s AND r1.refunded_at <= p.as_of",
        "r1.order_id",
        "o.id",
    ),
}
"""The same of everyone at once."""


def rows_for_each(value: Aggregate, outer: Rows) -> Rows:
    """The rows the aggregate takes for each of the outer ones."""
    if value.relation is Relation.ITS:
        return _belonging(value.source, outer)
    depth = outer.depth + 1
    link = aliased(MINE[value.source], depth).replace("people p", "(SELECT) u")
    link = link.replace("p.customer_id", outer.here(OWNER[outer.source]))
    if value.relation is not None:
        own, its = aliased(COLUMNS[value.source]["date"], depth), outer.here(COLUMNS[outer.source]["date"])
        link += f" AND {own} {'<' if value.relation is Relation.EARLIER else '>'} {its}"
    return outer.nested(value.source, link)


def _belonging(source: Source, outer: Rows) -> Rows:
    pattern = _ITS.get((Source(outer.source), source))
    if pattern is None:
        raise TypeError(f"{outer.source} have no {source} of their own")
    names = {alias: outer.here(f"{alias}.id").removesuffix(".id") for alias in ("o", "l", "r")}
    link = "(SELECT) u JOIN " + pattern.format(d=outer.depth + 1, **names)
    grouped = _GROUPED.get((Source(outer.source), source)) if outer.depth == 0 else None
    return outer.belonging(source, link, grouped)

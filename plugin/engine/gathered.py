"""A customer's rows gathered once, to be looked at for each row of others.

What a filter asks of the inner row alone is found out once a row and kept in arrays beside the customer;
only what it compares with the outer row is done for each pair.
"""

from plugin.engine.carried import carried
from plugin.engine.columns import COLUMNS
from plugin.engine.conditions import compiled
from plugin.engine.operands import Listed, Operand
from plugin.engine.relations import Inside, Rows
from plugin.engine.rows import Around, RowPlace, speaks_of_outer
from plugin.rules.fields import ROWS
from plugin.rules.tree import Aggregate, AnyNode, Relation, RowField, Rule, State, Value
from plugin.rules.walk import children


class Gathered(Rows):
    """Rows whose columns are elements of arrays that ``base`` made of the customer's rows in one state."""

    def __init__(self, value: Aggregate, base: Rows, outer: Rows, name: str) -> None:
        depth = outer.depth + 1
        super().__init__(value.source, 0, Inside("", depth, depth, True, name))
        self._base = base
        self._taken_of_base = base.state(value.state)
        self._elements: dict[str, str] = {}
        self._link = "true"
        dated = ROWS[value.source].dated
        own = self._element(base.column("date") if dated else base.column("id"))
        if value.relation is not None:
            its = outer.here(COLUMNS[outer.source]["date"])
            self._link = f"{own} {'<' if value.relation is Relation.EARLIER else '>'} {its}"

    def _element(self, sql: str) -> str:
        array = self._base.measure(f"array_agg({sql})", self._taken_of_base)
        return f"e{self.depth}.{self._elements.setdefault(array, f'e{len(self._elements)}')}"

    def element(self, sql: str) -> str:
        """The name of a value of the inner row; ``sql`` by names of the base."""
        return self.named(self._element(sql))

    def column(self, field: str) -> str:
        return self.element(self._base.column(field))

    @property
    def rows_of(self) -> str:
        arrays = ", ".join(f"p.{array}" for array in self._elements)
        names = ", ".join(self._elements.values())
        return f"(SELECT) u JOIN LATERAL unnest({arrays}) e{self.depth}({names}) ON {self._link}"


class GatheredPlace(RowPlace):
    """Inside a filter over gathered rows. ``base``: where the same is asked of each row once."""

    def __init__(self, rows: Gathered, state: State, around: Around, outer: RowPlace, base: RowPlace) -> None:
        super().__init__(rows, state, around, outer)
        self.gathered = rows
        self.base = base

    def operand(self, value: Value) -> Operand:
        match value:
            case RowField(name) if not name.startswith("outer."):
                return self._once(value)
            case Aggregate() if value.relation is not None or speaks_of_outer(value):
                return self._once(value)
        return super().operand(value)

    def _once(self, value: Value) -> Operand:
        found = self.base.operand(value)
        self._learned()
        if isinstance(found, Listed):  # Lists of different lengths make no array.
            texts = f"jsonb_array_elements_text({self.gathered.element(f'to_jsonb({found.sql})')})"
            known = found.known and self.gathered.element(found.known)
            return self._noted(Listed(f"ARRAY(SELECT {texts})", found.matching, known=known))
        return self._noted(carried(found, self.gathered.element))

    def condition(self, rule: Rule) -> str:
        """The condition; one that does not speak of the outer row is answered once."""
        if speaks_of_outer(rule, 1):
            return compiled(rule, self)
        once = compiled(rule, self.base)
        self._learned()
        return self.gathered.element(self.base.rows.flag(once))

    def _learned(self) -> None:
        self.doubtful |= self.base.doubtful


def gather(value: Aggregate, base: Rows, outer: RowPlace) -> Gathered:
    """The rows the aggregate takes for each of the outer ones, which have the arrays of their customer beside them."""
    outer.person("n")
    key = value.source, f"gathered {value.state} {value.relation}"
    if key not in outer.rows.inner:
        outer.rows.inner[key] = Gathered(value, base, outer.rows, outer.rows.next_name())
    found = outer.rows.inner[key]
    assert isinstance(found, Gathered)
    return found


def can_be_gathered(value: Aggregate) -> bool:
    """Whether only the aggregate's own filter speaks of the row around it, and none inside that does."""
    return value.relation is not Relation.ITS and not _speaks_beyond(value, 0)


def _speaks_beyond(node: AnyNode, depth: int) -> bool:
    if isinstance(node, RowField):
        return depth > 1 and node.name.startswith("outer." * depth)
    inner = depth + isinstance(node, Aggregate)
    return any(_speaks_beyond(child, inner) for child in children(node))

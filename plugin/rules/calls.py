"""Reads functions that give one value: ``days_since(…)``, ``previous(…)``, ``score(5 BY …)``."""

from collections.abc import Callable
from decimal import Decimal

from lark import Tree

from plugin.rules import fields, limits, periods, words
from plugin.rules.grammar import Branch
from plugin.rules.literals import read_degrees
from plugin.rules.place import Place, branch, sole, token
from plugin.rules.problems import Problem, Refused
from plugin.rules.scope import CUSTOMER, RowScope, Scope
from plugin.rules.tree import (
    Aggregate,
    Anniversary,
    Arithmetic,
    Attribute,
    Banded,
    Calendar,
    Changed,
    Compare,
    Comparison,
    DaysSince,
    Distance,
    Function,
    IsNull,
    Label,
    Length,
    Number,
    Operation,
    Passage,
    Previous,
    RelativeDay,
    Rfm,
    RowField,
    Rule,
    Score,
    SegmentDate,
    Source,
    Span,
    State,
    StoreAverage,
    TagDate,
    Text,
    Value,
)
from plugin.rules.typed import settled

Argument = Branch


class Calls:
    """Reads the calls of one text."""

    def __init__(
        self,
        place: Place,
        read_value: Callable[[Branch, Scope], Value],
        read_rule: Callable[[Branch, Scope], Rule],
    ) -> None:
        self._place = place
        self._value = read_value
        self._read_rule = read_rule

    def read(self, call: Branch, scope: Scope) -> Value:
        """The value. Raises Refused."""
        name, *inside = call.children
        written, span = str(name).lower(), self._place.span(call)
        arguments = [branch(argument) for argument in inside]
        word, key = written.rpartition(".")[2], self._place.span(token(name))
        if written in fields.FUNCTIONS or written in fields.OLDER_FUNCTIONS:
            message = f"`{written}(…)` is not a value; the older spelling ends in `= true`."
            raise Refused(Problem(message, span, (f"{written} MATCHES (…)",)))
        if word in ("property", "option"):
            return self._keyed(written, arguments, scope, span)
        reader = self._reader(written)
        if reader is None:
            raise Refused(words.no_function(str(name), key))
        return reader(written, arguments, scope, span)

    def _reader(self, name: str) -> Callable[[str, list[Argument], Scope, Span], Value] | None:
        if name in frozenset(Score):
            return self._rfm
        if name in frozenset(Calendar):
            return self._period
        if name in frozenset(Passage):
            return self._passage
        if name.startswith("distance_"):
            return self._distance if name in words.CALLS else None
        return {
            "previous": self._history,
            "changed": self._history,
            "days_since": self._days_since,
            "anniversary": self._anniversary,
            "tag_date": self._tag_date,
            "label": self._label,
            "score": self._score,
            "store_average": self._store_average,
            "average_gap": self._average_gap,
            "store_average_gap": self._store_average_gap,
            "attribute": self._attribute,
        }.get(name)

    # --- arguments ----------------------------------------------------------------------------

    def _one(self, name: str, arguments: list[Argument], example: str, span: Span) -> Branch:
        """The only argument, a plain one. Raises Refused."""
        if len(arguments) != 1 or arguments[0].data != "sum":
            raise Refused(Problem(f"`{name}` is written like {example}.", span, (example,)))
        return arguments[0]

    def _text(self, name: str, arguments: list[Argument], scope: Scope, example: str, span: Span) -> Text:
        value = self._value(self._one(name, arguments, example, span), scope)
        if not isinstance(value, Text) or not value.value.strip():
            raise Refused(Problem(f"`{name}` takes a text in single quotes: {example}.", span, (example,)))
        return value

    def _whole(self, piece: Branch, scope: Scope) -> int:
        value = self._value(piece, scope)
        if not isinstance(value, Number) or value.value != value.value.to_integral_value():
            raise Refused(Problem("A whole number stands here.", self._place.span(piece), ("a number",)))
        return int(value.value)

    def _numeric(self, piece: Branch, scope: Scope) -> Value:
        return settled(self._value(piece, scope), "number")

    # --- readers ------------------------------------------------------------------------------

    def _keyed(self, name: str, arguments: list[Argument], scope: Scope, span: Span) -> Value:
        key = self._text(name, arguments, scope, f"{name}('Size')", span)
        if not isinstance(scope, RowScope):
            message = f"`{name}` belongs to a line or an order: ask inside a filter."
            raise Refused(Problem(message, span, (), f"any(lines WHERE {name}('{key.value}') = '…')"))
        known = scope.row_field(name)
        if known is None or not known.keyed:
            raise Refused(Problem(f"{scope.rows.source} have no `{name}`.", span, scope.rows.names))
        return RowField(name, key.value, span=span)

    def _history(self, name: str, arguments: list[Argument], scope: Scope, span: Span) -> Value:
        example = f"{name}(customer_language)"
        of = self._value(self._one(name, arguments, example, span), scope)
        if isinstance(of, Attribute):
            known = fields.attribute(of)
            if known is None or not known.dated:
                message = f"The history of `{of.name}` is not kept by itself."
                cure = "tag_date('…')" if of.name == "customer_tags" else None
                raise Refused(Problem(message, of.span, _dated(), cure))
        elif not isinstance(of, Label):
            raise Refused(Problem(f"`{name}` asks about a fact of the customer or a label.", of.span, _dated()))
        return Previous(of, span=span) if name == "previous" else Changed(of, span=span)

    def _days_since(self, name: str, arguments: list[Argument], scope: Scope, span: Span) -> Value:
        value = self._value(self._one(name, arguments, "days_since(last_order_date)", span), scope)
        return DaysSince(settled(value, "date"), span=span)

    def _anniversary(self, name: str, arguments: list[Argument], scope: Scope, span: Span) -> Value:
        example = "anniversary(birth_date)"
        if len(arguments) == 1 and arguments[0].data == "older":
            of: Value = self._value(branch(arguments[0].children[1]), scope)
        else:
            of = self._value(self._one(name, arguments, example, span), scope)
        if isinstance(of, Text):
            family, _, rest = of.value.partition(".")
            of = CUSTOMER.resolve(f"{family.lower()}.{rest}" if rest else of.value.lower(), of.span)
        return Anniversary(settled(of, "date"), span=span)

    def _tag_date(self, name: str, arguments: list[Argument], scope: Scope, span: Span) -> Value:
        return TagDate(self._text(name, arguments, scope, "tag_date('vip')", span).value, span=span)

    def _passage(self, name: str, arguments: list[Argument], scope: Scope, span: Span) -> Value:
        text = self._text(name, arguments, scope, f"{name}('VIP')", span)
        return SegmentDate(Passage(name), text.value, span=span)

    def _label(self, name: str, arguments: list[Argument], scope: Scope, span: Span) -> Value:
        return Label(self._text(name, arguments, scope, "label('Tiers')", span).value, span=span)

    def _attribute(self, name: str, arguments: list[Argument], scope: Scope, span: Span) -> Value:
        key = self._text(name, arguments, scope, "attribute('shoe size')", span).value
        return Attribute(f"attributes.{key}", span=span)

    def _period(self, name: str, arguments: list[Argument], scope: Scope, span: Span) -> Value:
        if not 1 <= len(arguments) <= 2 or any(argument.data != "sum" for argument in arguments):
            example = f"{name}(-2)"
            raise Refused(Problem(f"`{name}` is written like {example}: two {name}s ago.", span, (example,)))
        first, *more = (self._whole(argument, scope) for argument in arguments)
        try:
            return periods.make(Calendar(name), first, more[0] if more else 1, span)
        except ValueError as error:
            raise Refused(Problem(str(error), span)) from error

    def _rfm(self, name: str, arguments: list[Argument], scope: Scope, span: Span) -> Value:
        if not arguments:
            return Rfm(Score(name), span=span)
        example = f"{name}(-365d)"
        window = self._value(self._one(name, arguments, example, span), scope)
        if not isinstance(window, RelativeDay) or window.count >= 0:
            message = "The window of a score is a length of time back from today."
            raise Refused(Problem(message, window.span, (example,)))
        return Rfm(Score(name), window, span=span)

    def _distance(self, name: str, arguments: list[Argument], scope: Scope, span: Span) -> Value:
        example = f"{name}(53.35, -6.26)"
        places = [sole(argument) for argument in arguments]
        anywhere = len(places) == 3 and places[2].data == "name" and str(places[2].children[0]).lower() == "any"
        if not (len(places) == 2 or anywhere):
            message = f"`{name}` takes a latitude and a longitude, and `any` for the nearest of all addresses."
            raise Refused(Problem(message, span, (example, f"{name}(53.35, -6.26, any)")))
        latitude, longitude = (self._degrees(piece, most) for piece, most in zip(places, (90, 180), strict=False))
        return Distance(latitude, longitude, Length(name.removeprefix("distance_")), anywhere, span=span)

    def _degrees(self, piece: Branch, most: int) -> Decimal:
        if piece.data != "literal" or token(piece.children[0]).type != "NUMBER":
            raise Refused(Problem("Degrees are a plain number.", self._place.span(piece), ("a number",)))
        try:
            return read_degrees(str(piece.children[0]), most)
        except ValueError as error:
            raise Refused(Problem(str(error), self._place.span(piece))) from error

    def _score(self, name: str, arguments: list[Argument], scope: Scope, span: Span) -> Value:
        example = "score(5 BY sum(orders.net))"
        if len(arguments) != 1 or arguments[0].data != "ranking" or len(_sums(arguments[0])) != 2:
            raise Refused(Problem(f"A score is written like {example}.", span, (example,)))
        bands, by = _sums(arguments[0])
        number = self._whole(bands, scope)
        if not 2 <= number <= limits.BANDS:
            message = f"A score has 2 to {limits.BANDS} bands."
            raise Refused(Problem(message, self._place.span(bands), ("5",)))
        return Banded(number, self._numeric(by, CUSTOMER), self._among(arguments[0]), span=span)

    def _store_average(self, name: str, arguments: list[Argument], scope: Scope, span: Span) -> Value:
        example = "store_average(sum(orders.net))"
        if len(arguments) != 1 or arguments[0].data not in ("sum", "ranking"):
            raise Refused(Problem(f"The store's average is written like {example}.", span, (example,)))
        only = arguments[0]
        of = [only] if only.data == "sum" else _sums(only)
        if len(of) != 1:
            raise Refused(Problem(f"The store's average is written like {example}.", span, (example,)))
        among = None if only.data == "sum" else self._among(only)
        return StoreAverage(self._numeric(of[0], CUSTOMER), among, span=span)

    def _among(self, ranking: Branch) -> Rule | None:
        return self.among(branch(ranking.children[-1]))

    def among(self, piece: Branch) -> Rule | None:
        """The rule after AMONG, if the piece is one."""
        return self._read_rule(branch(piece.children[0]), CUSTOMER) if piece.data == "among" else None

    # --- shorthands ---------------------------------------------------------------------------

    def _average_gap(self, name: str, arguments: list[Argument], scope: Scope, span: Span) -> Value:
        _none(name, arguments, span)
        return _gaps(Function.AVG, span)

    def _store_average_gap(self, name: str, arguments: list[Argument], scope: Scope, span: Span) -> Value:
        """Over all pairs of consecutive orders: the sum of all gaps through their number."""
        _none(name, arguments, span)
        count = Aggregate(Function.COUNT, Source.ORDERS, State.COUNTED, span=span)
        among = Compare(count, Comparison.GE, Number(Decimal(2), span=span), span=span)
        pairs = Aggregate(
            Function.COUNT,
            Source.ORDERS,
            State.COUNTED,
            where=IsNull(RowField("days_since_previous", span=span), negated=True, span=span),
            span=span,
        )
        gaps, number = StoreAverage(_gaps(Function.SUM, span), among, span=span), StoreAverage(pairs, among, span=span)
        return Arithmetic(gaps, Operation.DIVIDE, number, span=span)


def _gaps(function: Function, span: Span) -> Aggregate:
    return Aggregate(function, Source.ORDERS, State.COUNTED, "days_since_previous", span=span)


def _none(name: str, arguments: list[Argument], span: Span) -> None:
    if arguments:
        raise Refused(Problem(f"`{name}()` takes nothing in its brackets.", span, (), f"{name}()"))


def _sums(ranking: Branch) -> list[Branch]:
    return [child for child in ranking.children if isinstance(child, Tree) and child.data == "sum"]


def _dated() -> tuple[str, ...]:
    return tuple(name for name, known in fields.ATTRIBUTES.items() if known.dated)

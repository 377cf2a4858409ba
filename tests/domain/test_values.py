"""A typed attribute is written in one way only, so that no cast of the database can fail."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.domain.facts import ValueType
from plugin.domain.values import canonical


@pytest.mark.parametrize(
    ("kind", "given", "kept"),
    [
        (ValueType.TEXT, [" a "], ("a",)),
        (ValueType.TEXT, ["  "], ()),
        (ValueType.LIST, ["b", "", "a"], ("b", "a")),
        (ValueType.NUMBER, ["7.50"], ("7.5",)),
        (ValueType.NUMBER, ["1e3"], ("1000",)),
        (ValueType.NUMBER, ["-0.00001"], ("0",)),
        (ValueType.NUMBER, ["100"], ("100",)),
        (ValueType.DAY, ["2026-01-31"], ("2026-01-31",)),
        (ValueType.MOMENT, ["2026-01-31T10:00:00+02:00"], ("2026-01-31T08:00:00+00:00",)),
        (ValueType.TRUTH, ["true"], ("true",)),
        (ValueType.NUMBER, [], ()),
    ],
)
def test_a_value_is_kept_in_its_one_form(kind: ValueType, given: list[str], kept: tuple[str, ...]) -> None:
    assert canonical(kind, given) == kept


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (ValueType.NUMBER, ["ten"]),
        (ValueType.NUMBER, ["NaN"]),
        (ValueType.NUMBER, ["Infinity"]),
        (ValueType.NUMBER, ["10000000000000000"]),
        (ValueType.DAY, ["2026-02-30"]),
        (ValueType.MOMENT, ["2026-01-31T10:00"]),
        (ValueType.MOMENT, ["0001-01-01T00:00:00+14:00"]),
        (ValueType.TRUTH, ["yes"]),
        (ValueType.TEXT, ["a", "b"]),
    ],
)
def test_what_the_type_cannot_be_is_refused(kind: ValueType, given: list[str]) -> None:
    with pytest.raises(ValueError, match=r"."):
        canonical(kind, given)


@given(st.sampled_from(list(ValueType)), st.lists(st.text(max_size=40), max_size=2))
def test_whatever_is_told_is_kept_or_refused_and_keeping_it_again_changes_nothing(
    kind: ValueType, value: list[str]
) -> None:
    try:
        kept = canonical(kind, value)
    except ValueError:
        return
    assert canonical(kind, kept) == kept

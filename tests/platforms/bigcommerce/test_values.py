"""Every way BigCommerce writes a moment, an amount, nobody."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from plugin.domain.facts import ValueType
from plugin.platforms.bigcommerce import values

AT = datetime(2019, 3, 5, 21, 40, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    "told",
    [
        "Tue, 05 Mar 2019 21:40:11 +0000",
        "Tue, 05 Mar 2019 22:40:11 +0100",
        "Tue, 05 Mar 2019 21:40:11 -0000",
        "2019-03-05T21:40:11Z",
        "2019-03-05T21:40:11+00:00",
        "2019-03-05T15:40:11-06:00",
        "2019-03-05 21:40:11",
        "2019-03-05T21:40:11",
        1551822011,
        "1551822011",
    ],
)
def test_both_families_of_dates_and_unix_seconds_are_one_moment(told: str | int) -> None:
    assert values.moment(told) == AT


@pytest.mark.parametrize("told", [None, "", "  ", 0, "0"])
def test_no_moment_is_none(told: str | int | None) -> None:
    assert values.moment(told) is None
    with pytest.raises(ValueError, match="missing"):
        values.known(told)


@pytest.mark.parametrize("told", ["yesterday", "Tue, 55 Mar 2019", "2019-13-01", "2019"])
def test_what_is_no_moment_is_refused(told: str) -> None:
    if told == "2019":
        assert values.moment(told) is None
        return
    with pytest.raises(ValueError, match="not a moment"):
        values.moment(told)


@pytest.mark.parametrize(
    ("told", "amount"),
    [("54.0000", "54"), (1.99, "1.99"), (0, "0"), (None, "0"), ("", "0"), ("0.00005", "0"), ("-3", "-3")],
)
def test_money_is_a_text_or_a_number_and_exact_to_four_places(told: values.Money, amount: str) -> None:
    assert values.amount(told) == Decimal(amount)


@pytest.mark.parametrize("told", ["ten", "1e99", "NaN", float("inf")])
def test_what_is_no_amount_is_refused(told: values.Money) -> None:
    with pytest.raises(ValueError, match="amount"):
        values.amount(told)


def test_nobody_is_written_as_nought() -> None:
    assert (values.somebody(0), values.somebody(None), values.somebody(7)) == (None, None, 7)


@pytest.mark.parametrize(
    ("kind", "told", "typed"),
    [
        ("string", "blue", (ValueType.TEXT, ("blue",))),
        ("number", "07.50", (ValueType.NUMBER, ("7.5",))),
        ("number", "many", (ValueType.TEXT, ("many",))),
        ("date", "2020-02-29", (ValueType.DAY, ("2020-02-29",))),
        ("date", "2020-02-29T00:00:00+00:00", (ValueType.DAY, ("2020-02-29",))),
        ("date", "soon", (ValueType.TEXT, ("soon",))),
        ("string", "  ", (ValueType.TEXT, ())),
    ],
)
def test_an_attribute_is_what_its_type_says_or_its_text(
    kind: str, told: str, typed: tuple[ValueType, tuple[str, ...]]
) -> None:
    assert tuple(values.typed(kind, told)) == typed


def test_what_was_filled_in_is_text_number_or_several_choices() -> None:
    assert tuple(values.filled(["red", "", "green"])) == (ValueType.LIST, ("red", "green"))
    assert tuple(values.filled(12.5)) == (ValueType.NUMBER, ("12.5",))
    assert tuple(values.filled("blue")) == (ValueType.TEXT, ("blue",))
    assert tuple(values.filled(None)) == (ValueType.TEXT, ())


def test_texts_are_storable() -> None:
    assert values.text("a\x00b" + "c" * 600) == "ab" + "c" * 498
    assert values.country("us") == "US"
    assert values.country("USA") is None
    assert values.email_domain("Ada@Example.COM") == ("example.com",)

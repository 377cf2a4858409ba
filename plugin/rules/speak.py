"""Numbers, amounts and dates as a person says them, in one language."""

import gettext
from dataclasses import dataclass, field
from decimal import Decimal

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal

from plugin.rules.fields import Type, choice
from plugin.rules.tree import (
    Calendar,
    Comparison,
    Day,
    Duration,
    Literal,
    Moment,
    Number,
    Period,
    Point,
    RelativeDay,
    RelativeExact,
    Text,
    Truth,
    Unit,
)


def mark(template: str) -> str:
    """Names a template for the extraction of messages; it is translated when it is said."""
    return template


@dataclass(frozen=True)
class Speaker:
    """How to speak: the translations, the language for numbers and dates, the store's currency."""

    translations: gettext.NullTranslations = field(default_factory=gettext.NullTranslations)
    locale: str = "en"
    currency: str | None = None
    """ISO 4217; None: amounts stand without a currency."""

    def say(self, template: str, /, **parts: object) -> str:
        """The translated template with its parts in place."""
        return self.translations.gettext(template).format(**parts) if template else ""

    def plural(self, one: str, many: str, number: int, /, **parts: object) -> str:
        """The translated template in the form that the number asks for."""
        return self.translations.ngettext(one, many, number).format(number=self.number(number), **parts)

    def number(self, value: Decimal | int) -> str:
        """Digits grouped as in the language."""
        return format_decimal(value, format="#,##0.####", locale=self.locale)

    def amount(self, value: Decimal) -> str:
        """An amount with its currency, if there is one."""
        if self.currency is None:
            return self.number(value)
        whole = value == value.to_integral_value()
        pattern = "¤#,##0" if whole and self.locale.startswith("en") else None
        return format_currency(
            value, self.currency, format=pattern, locale=self.locale, currency_digits=pattern is None
        )

    def literal(self, value: Literal, kind: Type | None = None) -> str:
        """The fixed value in words; ``kind`` is the type of what it is compared with."""
        match value:
            case Text(text):
                return f"‘{self.say(choice(text)) if kind is Type.CHOICE else text}’"
            case Number(number):
                if kind is Type.ID:
                    return format(number, "f")
                return self.amount(number) if kind is Type.MONEY else self.number(number)
            case Truth(truth):
                return self.say("yes") if truth else self.say("no")
            case Point(latitude, longitude):
                return f"{latitude}, {longitude}"
            case Period():
                return self.period(value)
            case Duration(count, unit):
                return self.length(count, unit)
            case _:
                return self.point(value)

    def point(self, value: Literal) -> str:
        """A day or an instant: "today", "90 days ago", "January 31, 2026"."""
        match value:
            case Day(day):
                return format_date(day, "long", locale=self.locale)
            case Moment(moment):
                zone = f" {moment.tzname()}" if moment.tzinfo else ""
                return format_datetime(moment.replace(tzinfo=None), "medium", locale=self.locale) + zone
            case RelativeDay(0, Unit.DAY):
                return self.say("today")
            case RelativeDay(-1, Unit.DAY):
                return self.say("yesterday")
            case RelativeDay(count, unit) | RelativeExact(count, unit):
                length = self.length(abs(count), unit)
                if count > 0:
                    return self.say("{length} from now", length=length)
                return self.say("{length} ago", length=length)
            case Period():
                return self.period(value)
        raise TypeError(f"not a date: {value!r}")

    def period(self, value: Period) -> str:
        """Calendar periods: "last month", "the last 3 calendar months", "the calendar month 2 months ago"."""
        one = {
            Calendar.WEEK: (self.say("this week"), self.say("last week"), self.say("next week")),
            Calendar.MONTH: (self.say("this month"), self.say("last month"), self.say("next month")),
            Calendar.QUARTER: (self.say("this quarter"), self.say("last quarter"), self.say("next quarter")),
            Calendar.YEAR: (self.say("this year"), self.say("last year"), self.say("next year")),
        }[value.calendar]
        if value.count == 1 and abs(value.first) <= 1:
            return one[{0: 0, -1: 1, 1: 2}[value.first]]
        length = self.periods(value.calendar, value.count)
        if value.first == -value.count:
            return self.say("the last {length}", length=length)
        if value.first == 1:
            return self.say("the next {length}", length=length)
        if value.count == 1:
            return self.away(value.calendar, value.first)
        away = self.periods(value.calendar, abs(value.first))
        if value.first > 0:
            return self.say("{length} beginning {away} after this one", length=length, away=away)
        return self.say("{length} beginning {away} before this one", length=length, away=away)

    def away(self, calendar: Calendar, first: int) -> str:
        """One period some way off: "the calendar month 2 months ago"."""
        past, future = {
            Calendar.WEEK: (mark("the calendar week {length} ago"), mark("the calendar week {length} from now")),
            Calendar.MONTH: (mark("the calendar month {length} ago"), mark("the calendar month {length} from now")),
            Calendar.QUARTER: (
                mark("the calendar quarter {length} ago"),
                mark("the calendar quarter {length} from now"),
            ),
            Calendar.YEAR: (mark("the calendar year {length} ago"), mark("the calendar year {length} from now")),
        }[calendar]
        length = {
            Calendar.WEEK: self.plural("{number} week", "{number} weeks", abs(first)),
            Calendar.MONTH: self.plural("{number} month", "{number} months", abs(first)),
            Calendar.QUARTER: self.plural("{number} quarter", "{number} quarters", abs(first)),
            Calendar.YEAR: self.plural("{number} year", "{number} years", abs(first)),
        }[calendar]
        return self.say(future if first > 0 else past, length=length)

    def periods(self, calendar: Calendar, count: int) -> str:
        """As in "3 calendar months"."""
        match calendar:
            case Calendar.WEEK:
                return self.plural("{number} calendar week", "{number} calendar weeks", count)
            case Calendar.MONTH:
                return self.plural("{number} calendar month", "{number} calendar months", count)
            case Calendar.QUARTER:
                return self.plural("{number} calendar quarter", "{number} calendar quarters", count)
            case Calendar.YEAR:
                return self.plural("{number} calendar year", "{number} calendar years", count)

    def length(self, count: int, unit: Unit) -> str:
        """As in "90 days", "1 hour"."""
        match unit:
            case Unit.DAY:
                return self.plural("{number} day", "{number} days", count)
            case Unit.WEEK:
                return self.plural("{number} week", "{number} weeks", count)
            case Unit.MONTH:
                return self.plural("{number} month", "{number} months", count)
            case Unit.YEAR:
                return self.plural("{number} year", "{number} years", count)
            case Unit.HOUR:
                return self.plural("{number} hour", "{number} hours", count)
            case Unit.MINUTE:
                return self.plural("{number} minute", "{number} minutes", count)

    def last(self, count: int, unit: Unit) -> str:
        """As in "the last 90 days", "the last year"."""
        if count != 1:
            return self.say("the last {length}", length=self.length(count, unit))
        one = {
            Unit.DAY: mark("the last day"),
            Unit.WEEK: mark("the last week"),
            Unit.MONTH: mark("the last month"),
            Unit.YEAR: mark("the last year"),
            Unit.HOUR: mark("the last hour"),
            Unit.MINUTE: mark("the last minute"),
        }
        return self.say(one[unit])

    def size(self, op: Comparison, amount: str) -> str:
        """As in "at least 3": a comparison of quantities."""
        match op:
            case Comparison.GE:
                return self.say("at least {amount}", amount=amount)
            case Comparison.GT:
                return self.say("more than {amount}", amount=amount)
            case Comparison.LE:
                return self.say("at most {amount}", amount=amount)
            case Comparison.LT:
                return self.say("less than {amount}", amount=amount)
            case Comparison.EQ:
                return self.say("exactly {amount}", amount=amount)
            case Comparison.NE:
                return self.say("anything but {amount}", amount=amount)

    def when(self, op: Comparison, point: str) -> str:
        """As in "on or after January 31, 2026": a comparison of times."""
        match op:
            case Comparison.GE:
                return self.say("on or after {point}", point=point)
            case Comparison.GT:
                return self.say("after {point}", point=point)
            case Comparison.LE:
                return self.say("on or before {point}", point=point)
            case Comparison.LT:
                return self.say("before {point}", point=point)
            case Comparison.EQ:
                return self.say("on {point}", point=point)
            case Comparison.NE:
                return self.say("not on {point}", point=point)

    def when_literal(self, op: Comparison, value: Literal) -> str:
        """As ``when``; windows up to now are said as such: "in the last 90 days"."""
        match value:
            case RelativeDay(count, unit) | RelativeExact(count, unit):
                return self.relative(op, value, count, unit)
            case Period():
                return self.during(op, self.period(value))
            case _:
                pass
        return self.when(op, self.point(value))

    def relative(self, op: Comparison, value: RelativeDay | RelativeExact, count: int, unit: Unit) -> str:
        """As ``when``, counted from now: "30 days ago or earlier", "in the last 90 days"."""
        length, point = self.length(abs(count), unit), self.point(value)
        named = unit is Unit.DAY and count in (0, -1)  # Today and yesterday have names.
        match op:
            case Comparison.GE if count < 0 and not named:
                return self.say("in {period}", period=self.last(-count, unit))
            case Comparison.LT if count < 0 and not named:
                return self.say("more than {length} ago", length=length)
            case Comparison.GT if count < 0 and not named:
                return self.say("less than {length} ago", length=length)
            case Comparison.GE:
                return self.say("{point} or later", point=point)
            case Comparison.LE:
                return self.say("{point} or earlier", point=point)
            case Comparison.EQ:
                return point
            case Comparison.NE:
                return self.say("not {day}", day=point)
        return self.when(op, point)

    def during(self, op: Comparison, period: str) -> str:
        """As ``when``, for a length of time: "during last month"."""
        match op:
            case Comparison.GE:
                return self.say("during or after {period}", period=period)
            case Comparison.GT:
                return self.say("after {period}", period=period)
            case Comparison.LE:
                return self.say("during or before {period}", period=period)
            case Comparison.LT:
                return self.say("before {period}", period=period)
            case Comparison.EQ:
                return self.say("during {period}", period=period)
            case Comparison.NE:
                return self.say("not during {period}", period=period)

"""What a call asks for: filters, limits and pages of its query."""

from datetime import datetime
from decimal import Decimal, InvalidOperation

from flask import request

from sandbox.bigcommerce import forms
from sandbox.bigcommerce.api.answers import Refused

LIMIT, MOST = 50, 250
Span = tuple[datetime | None, datetime | None]
PAGING = ("page", "limit", "after", "before")


def only(*known: str) -> None:
    """Nothing unknown is asked for; V3 minds. Raises Refused."""
    unknown = sorted(set(request.args) - set(known) - set(PAGING))
    if unknown:
        raise Refused(
            422, f"The filter(s): {', '.join(unknown)} are not valid filter parameter(s).", {unknown[0]: "invalid"}
        )


def text(name: str) -> str | None:
    """The value as it is."""
    return request.args.get(name)


def texts(name: str) -> set[str] | None:
    """The values of a list, folded for comparison."""
    value = request.args.get(name)
    return None if value is None else {each.strip().casefold() for each in value.split(",")}


def integer(name: str) -> int | None:
    """A number. Raises Refused."""
    found = integers(name)
    return None if found is None else next(iter(found))


def integers(name: str) -> set[int] | None:
    """The numbers of a list. Raises Refused."""
    value = request.args.get(name)
    if value is None:
        return None
    try:
        return {int(each) for each in value.split(",")}
    except ValueError:
        raise Refused(_bad(), f"{name} must be a number", {name: "must be an integer"}) from None


def amount(name: str) -> Decimal | None:
    """An amount. Raises Refused."""
    value = request.args.get(name)
    try:
        return None if value is None else Decimal(value)
    except InvalidOperation:
        raise Refused(_bad(), f"{name} must be a number", {name: "must be a number"}) from None


def moment(name: str) -> datetime | None:
    """A moment, ISO 8601 or RFC 2822. Raises Refused."""
    value = request.args.get(name)
    try:
        return None if value is None else forms.parse(value)
    except (ValueError, TypeError):
        raise Refused(_bad(), f"{name} must be a date", {name: "must be a date"}) from None


def span(name: str, *, style: str = "{name}:{end}") -> Span:
    """The moments between which something happened, where they are given. Raises Refused."""
    return moment(style.format(name=name, end="min")), moment(style.format(name=name, end="max"))


def within(at: datetime, least: datetime | None, most: datetime | None) -> bool:
    """Whether a moment lies between two, where they are given."""
    return (least is None or at >= least) and (most is None or at <= most)


def page() -> int:
    """The page, from 1. Raises Refused."""
    asked = integer("page")
    if asked is not None and asked < 1:
        raise Refused(_bad(), "page must be at least 1", {"page": "must be at least 1"})
    return asked or 1


def limit() -> int:
    """Rows in a page: fifty unless asked, 250 at most. Raises Refused: 413 in V2, 422 in V3."""
    asked = integer("limit")
    if asked is None:
        return LIMIT
    if asked > MOST and _second():
        raise Refused(413, "The requested limit is too large.", max_limit=MOST)
    if not 1 <= asked <= MOST:
        raise Refused(_bad(), f"limit must be between 1 and {MOST}", {"limit": f"must be between 1 and {MOST}"})
    return asked


def _second() -> bool:
    return "/v2/" in request.path


def _bad() -> int:
    return 400 if _second() else 422

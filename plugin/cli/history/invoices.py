"""The rows of the Online Retail file, gathered into invoices. docs/replay.md tells what they mean."""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from zoneinfo import ZoneInfo

from plugin.cli.history import files
from plugin.domain.errors import Invalid

ZONE = ZoneInfo("Europe/London")
"""InvoiceDate is the shop's own clock."""
COLUMNS = ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country")
CANCELLATION = "C"
NUMBER = re.compile(r"[A-Z]?[0-9]{1,9}")
"""What an InvoiceNo looks like."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of an invoice, as it stands in the file."""

    stock_code: str
    description: str
    quantity: int
    unit_price: Decimal


@dataclass(frozen=True, slots=True)
class Invoice:
    """All rows of one InvoiceNo, in their order; its moment is that of its earliest row."""

    number: str
    at: datetime
    customer: int | None
    country: str
    rows: tuple[Row, ...]

    @property
    def cancels(self) -> bool:
        """Whether it is a cancellation."""
        return self.number.startswith(CANCELLATION)


def read(path: Path) -> Iterator[Invoice]:
    """The invoices in the order in which they first appear. Raises Invalid with the line's number.

    An invoice's rows need not stand together, so the file is read whole.
    """
    gathered: dict[str, list[tuple[datetime, dict[str, str], Row]]] = {}
    with files.text(path) as file:
        for number, record in enumerate(_records(file), start=2):
            try:
                if not NUMBER.fullmatch(record["InvoiceNo"]):
                    raise ValueError(f"{record['InvoiceNo']!r} is no invoice number")
                at = datetime.fromisoformat(record["InvoiceDate"]).replace(tzinfo=ZONE)
                row = Row(
                    record["StockCode"], record["Description"], int(record["Quantity"]), Decimal(record["UnitPrice"])
                )
            except (ValueError, InvalidOperation, TypeError) as error:
                raise Invalid(f"Line {number} can't be read: {error}", field="file") from error
            gathered.setdefault(record["InvoiceNo"], []).append((at, record, row))
    for name, found in gathered.items():
        yield _invoice(name, found)


def _records(file: Iterable[str]) -> Iterator[dict[str, str]]:
    records = csv.DictReader(file)
    missing = [name for name in COLUMNS if name not in (records.fieldnames or ())]
    if missing:
        raise Invalid(f"The file has no column {', '.join(missing)}: is it the Online Retail file?", field="file")
    yield from records


def _invoice(number: str, found: list[tuple[datetime, dict[str, str], Row]]) -> Invoice:
    _, first, _ = found[0]
    customer = first["CustomerID"]
    return Invoice(
        number,
        min(at for at, _, _ in found),
        int(customer) if customer else None,
        first["Country"],
        tuple(row for _, _, row in found),
    )

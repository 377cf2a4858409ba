"""Rows of figures for people and machines."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Row:
    """One figure. ``ratio`` is to the first row of its table, measured in the same run."""

    table: str
    what: str
    value: float
    unit: str
    ratio: float | None = None
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        """For the JSON file."""
        return dict(self.__dict__)


def median(values: Sequence[float]) -> float:
    """The middle one."""
    return statistics.median(values)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of all lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def printed(rows: Sequence[Row]) -> str:
    """The rows as aligned text, a heading per table."""
    lines: list[str] = []
    for row in rows:
        if not lines or row.table != rows[rows.index(row) - 1].table:
            lines += ["", row.table, "-" * len(row.table)]
        ratio = "" if row.ratio is None else f"× {row.ratio:.2f}"
        lines.append(f"{row.what:<58} {row.value:>12,.1f} {row.unit:<12} {ratio:>8}  {row.note}".rstrip())
    return "\n".join(lines)

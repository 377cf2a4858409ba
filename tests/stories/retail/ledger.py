"""What the CSV says by itself: invoices with their money, by DuckDB, on the shop's own clock.

Independent of the product and of the replay's conversion; the meaning is that of docs/replay.md.
"""

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

ROWS = """
CREATE TABLE rows AS
SELECT row_number() OVER () AS place, InvoiceNo AS invoice, StockCode AS code, CAST(Quantity AS INTEGER) AS quantity,
  CAST(InvoiceDate AS TIMESTAMP) AS placed, greatest(CAST(UnitPrice AS DECIMAL(18,4)), 0) AS price,
  CAST(CustomerID AS BIGINT) AS customer, Country AS country
FROM read_csv(?, header = true, all_varchar = true, delim = ',', quote = '"', escape = '"')"""

INVOICES = """
CREATE TABLE invoices AS
SELECT *, cancels AND customer IS NULL AS cancelled,
  NOT (cancels AND customer IS NULL) AND NOT (refunds AND refunded >= goods) AS counted,
  goods - refunded AS net
FROM (
  SELECT *, CASE WHEN cancels AND customer IS NOT NULL THEN goods WHEN cancels THEN 0 ELSE gone END AS refunded,
    CASE WHEN cancels THEN customer IS NOT NULL ELSE has_gone END AS refunds
  FROM (
    SELECT invoice, starts_with(invoice, 'C') AS cancels, any_value(customer) AS customer, min(placed) AS placed,
      arg_min(country, place) AS country, CAST(sum(abs(quantity) * price) AS DECIMAL(18,4)) AS goods,
      CAST(coalesce(sum(-quantity * price) FILTER (WHERE quantity < 0), 0) AS DECIMAL(18,4)) AS gone,
      bool_or(quantity < 0) AS has_gone
    FROM rows GROUP BY invoice))"""

UNITS = """
CREATE TABLE units AS
SELECT i.invoice, i.customer, i.placed, r.code, abs(r.quantity) AS quantity
FROM rows r JOIN invoices i USING (invoice)"""


class Ledger:
    """The file's invoices as tables: ``rows``, ``invoices`` (goods, refunded, net, counted), ``units``."""

    def __init__(self, path: Path) -> None:
        self._database = duckdb.connect()
        self._database.execute(ROWS, [str(path)])
        self._database.execute(INVOICES)
        self._database.execute(UNITS)

    def rows(self, statement: str, **parameters: Any) -> list[tuple[Any, ...]]:
        """The rows of a statement; ``$t`` and the like are its parameters."""
        return self._database.execute(statement, parameters or None).fetchall()

    def members(self, condition: str, as_of: datetime, source: str = "invoices") -> set[int]:
        """Customers whose rows of the source up to the moment, together, fulfil the condition (a HAVING)."""
        statement = f"""SELECT customer FROM {source} WHERE customer IS NOT NULL AND placed <= $t
                        GROUP BY customer HAVING {condition}"""
        return {row[0] for row in self.rows(statement, t=as_of)}

    def spend(self) -> dict[int, Decimal]:
        """Each customer's net over everything."""
        statement = """SELECT customer, sum(net) FILTER (WHERE NOT cancelled) FROM invoices
                       WHERE customer IS NOT NULL GROUP BY customer"""
        return {customer: Decimal(net or 0) for customer, net in self.rows(statement)}

    def orders(self) -> dict[str, tuple[int | None, Decimal, Decimal, bool, bool]]:
        """Each invoice: whose, goods, refunded, cancelled, counted."""
        statement = "SELECT invoice, customer, goods, refunded, cancelled, counted FROM invoices"
        return {
            invoice: (who, goods, back, off, counts) for invoice, who, goods, back, off, counts in self.rows(statement)
        }

    def purchases(self, as_of: datetime) -> dict[int, list[tuple[datetime, Decimal]]]:
        """Each customer's counted invoices up to the moment, oldest first: when, and net."""
        found: dict[int, list[tuple[datetime, Decimal]]] = {}
        statement = """SELECT customer, placed, net FROM invoices
                       WHERE customer IS NOT NULL AND counted AND placed <= $t ORDER BY customer, placed"""
        for customer, at, net in self.rows(statement, t=as_of):
            found.setdefault(customer, []).append((at, net))
        return found

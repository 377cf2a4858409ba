"""A tenth of the Online Retail file, as a file of the same form."""

import csv
import gzip
from pathlib import Path

SHARE = 10
NAME = "online-retail/online_retail.csv.gz"


def tenth(source: Path, target: Path) -> Path:
    """Every tenth customer with all invoices, and every tenth invoice without customer, stand in the target."""
    with gzip.open(source, "rt", encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    invoice, customer = head.index("InvoiceNo"), head.index("CustomerID")
    customers = set(sorted({row[customer] for row in rows if row[customer]})[::SHARE])
    nobodys = set(sorted({row[invoice] for row in rows if not row[customer]})[::SHARE])
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        writer.writerows(
            row for row in rows if row[customer] in customers or (not row[customer] and row[invoice] in nobodys)
        )
    return target

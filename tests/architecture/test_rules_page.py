"""What docs/rules.md says of where Shopify's names work is what the platforms' own tables say."""

import re

import pytest

from plugin.platforms import platform
from plugin.rules import fields
from plugin.rules.reads import COORDINATES
from tests.conftest import ROOT

PAGE = (ROOT / "docs/rules.md").read_text().partition("## Shopify's names")[2].partition("## Older spellings")[0]
ROWS = [line.strip("| ").split(" | ") for line in PAGE.splitlines() if line.startswith("| `")]
SAYS = {name: columns[1:3] for columns in ROWS for name in re.findall(r"`([\w.]+)`", columns[0])}
READS = {name: known.reads for name, known in fields.ATTRIBUTES.items() if known.shopify} | {
    name: known.reads for name, known in fields.FUNCTIONS.items()
}
NEEDS_COORDINATES = {"customer_within_distance"}


@pytest.mark.parametrize("name", sorted(READS))
@pytest.mark.parametrize("column", [0, 1], ids=["shopify", "bigcommerce"])
def test_a_name_works_where_the_page_says(name: str, column: int) -> None:
    there = platform(("shopify", "bigcommerce")[column])
    speaks_of = {name} | ({f"addresses.{COORDINATES}"} if name in NEEDS_COORDINATES else set())

    if speaks_of & there.untold or not READS[name] <= there.tells | there.optional.keys():
        says = "told"
    else:
        says = "works" if READS[name] <= there.tells else "read"

    assert SAYS[name][column].startswith(says)

"""Every question in GraphQL that we ask BigCommerce is one that its pretended schemas allow, and is asked.

The schemas themselves are not published: these hold what the documentation's examples show.
"""

from pathlib import Path

import pytest
from graphql import build_schema, parse, validate

import plugin.platforms.bigcommerce
from sandbox.bigcommerce.accounts.route import SCHEMA as ACCOUNT
from sandbox.bigcommerce.api.extensions import SCHEMA as ADMIN

PACKAGE = Path(plugin.platforms.bigcommerce.__file__).parent
JUDGES = {"account": ACCOUNT, "queries": ADMIN}
DOCUMENTS = sorted(PACKAGE.rglob("*.graphql"))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_each_document_is_valid(path: Path) -> None:
    schema = build_schema(JUDGES[path.parent.name].read_text())

    assert [fault.message for fault in validate(schema, parse(path.read_text()))] == []


def test_every_document_is_used() -> None:
    source = "".join(path.read_text() for path in PACKAGE.glob("*.py"))

    assert DOCUMENTS
    assert [path.stem for path in DOCUMENTS if f'"{path.stem}"' not in source] == []

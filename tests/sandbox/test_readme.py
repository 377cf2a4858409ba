"""The README tells of every call and every fault there is."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

import sandbox
from sandbox.config import Config
from sandbox.store.faults import ApiFaults, WebhookFaults
from sandbox.web import create_app

README = (Path(sandbox.__file__).parent / "README.md").read_text()


def routes() -> set[tuple[str, str]]:
    """Every method and address, written as the README writes them."""
    app = create_app(Config("http://127.0.0.1:1", "id", "secret", "http://127.0.0.1:2", senders=0))
    found = set()
    for rule in app.url_map.iter_rules():
        address = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        address = address.replace("/_sandbox/shops/{domain}", "S").replace("{number}", "{id}")
        address = address.replace("/_sandbox/bigcommerce/stores/{store}", "B")
        address = address.replace("/bigcommerce/stores/{store_hash}", "A")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            found.add((method, address))
    return found


@pytest.mark.parametrize(("method", "address"), sorted(routes()))
def test_a_route_is_documented(method: str, address: str) -> None:
    written = address.replace("{domain}/admin", "{shop}/admin")
    if address.startswith("/static"):
        return
    if address == "S/faults":
        assert f"`{method}" in README
        return

    assert f"{method} {written}`" in README or f"`{written}`" in README


@pytest.mark.parametrize("name", [item.name for kind in (WebhookFaults, ApiFaults) for item in fields(kind)])
def test_a_fault_is_documented(name: str) -> None:
    assert f"`{name}`" in README

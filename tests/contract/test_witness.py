"""The witness that sits beside every test hears what is asked of BigCommerce, and knows what may not be asked."""

import json
from pathlib import Path
from typing import Any

import pytest

from plugin.platforms.bigcommerce import documents
from plugin.platforms.bigcommerce.client import Api, Call
from plugin.platforms.recorder import recorder
from tests import listening
from tests.contract.openapi import Published
from tests.contract.witness import ALLOWED_ALL_THE_SAME, GRANT, NOT_DESCRIBED, OUR_OWN_INVENTIONS, Witness, faults
from tests.platforms.bigcommerce.doors import pretending
from tests.platforms.bigcommerce.reading import a_past, calls
from tests.platforms.server import Server

HOST = "http://127.0.0.1:5/bigcommerce/"
STORE = f"{HOST}stores/z4zn3wo"


def entry(method: str, url: str, body: Any = None) -> dict[str, Any]:
    return {"method": method, "url": url, "headers": {}, "body": body, "status": 200, "error": None}


ASK = "query { system { time } }"
WRONG = [
    entry("GET", f"{STORE}/v3/customers?colour=red"),
    entry("GET", f"{STORE}/v3/customers?id:in=one"),
    entry("GET", f"{STORE}/v2/orders?limit=many"),
    entry("PUT", f"{STORE}/v3/customers", [{"customer_group_id": 3}]),
    entry("PUT", f"{STORE}/v3/customers/5/metafields/7", {"value": "x"}),
    entry("PATCH", f"{STORE}/v3/customers", []),
    entry("GET", f"{STORE}/v3/unheard-of"),
    entry("GET", f"{STORE}/v3"),
    entry("POST", f"{STORE}/graphql", {"query": "{ customers { id } }"}),
    entry("POST", f"{HOST}accounts/5e1b/graphql", {"query": ASK}),
    entry("POST", f"{HOST}login/oauth2/token", {"client_id": "x", "code": "y"}),
]
RIGHT = [
    entry("GET", f"{STORE}/v3/customers?id:in=1,2&include=addresses"),
    entry("PUT", f"{STORE}/v3/customers", [{"id": 3, "customer_group_id": 0}]),
    entry("POST", f"{HOST}login/oauth2/token", dict.fromkeys(GRANT, "x")),
    entry("GET", "https://shop.example/admin/api/2026-10/anything?colour=red"),
]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda each: each["url"].removeprefix(HOST))
def test_what_may_not_be_asked_is_found(described: Published, specs_dir: Path, wrong: dict[str, Any]) -> None:
    witness = Witness(specs_dir)

    witness.hear(wrong)

    assert len(witness.take()) >= 1
    assert witness.take() == []


@pytest.mark.parametrize("right", RIGHT, ids=lambda each: each["url"])
def test_what_may_be_asked_is_let_by(described: Published, specs_dir: Path, right: dict[str, Any]) -> None:
    witness = Witness(specs_dir)

    witness.hear(right)

    assert witness.take() == []


def test_a_recording_tells_names_and_bodies_and_so_much_is_judged(specs_dir: Path, tmp_path: Path) -> None:
    file, witness = tmp_path / "requests.jsonl", Witness(specs_dir)
    write = recorder(str(file))
    assert write is not None
    for each in (*WRONG, *RIGHT):
        write(each)

    witness.hear_all(file.read_text())

    found = " ".join(witness.take())
    assert "colour is no parameter" in found
    assert "'id' is a required property" in found
    assert "one" not in json.loads(file.read_text().splitlines()[1])["url"]
    assert witness.heard == len(WRONG) + len(RIGHT) - 1


def test_what_a_test_asks_is_heard(specs_dir: Path, app: Server) -> None:
    witness = listening.the_witness()
    assert witness is not None
    with pretending(app) as url:
        store = a_past(url, app, customers=2, years=0.1)
        documents.prepare(client := calls(store))
        client.run(Call("GET", Api.V3, "/customers", {"limit": 5}))

    heard = [each["url"] for each in listening._heard]
    assert any(f"/{store.hash}/v3/customers?limit=5" in each for each in heard)


def test_every_exception_has_its_reason() -> None:
    reasons = [*NOT_DESCRIBED.values(), *ALLOWED_ALL_THE_SAME.values(), *OUR_OWN_INVENTIONS.values()]

    assert all(reasons)


def test_there_is_no_exception_for_a_test_that_is_gone() -> None:
    root = Path(listening.__file__).parent
    tests = "".join(file.read_text() for file in (root / "platforms" / "bigcommerce").glob("test_*.py"))

    assert [name for name in OUR_OWN_INVENTIONS if f"def {name}(" not in tests] == []


def test_without_published_files_it_says_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(listening, "SPECS", tmp_path / "none")
    monkeypatch.setattr(listening, "_witness", [])

    assert listening.the_witness() is None
    assert faults(tmp_path, entry("POST", f"{HOST}login/oauth2/token", dict.fromkeys(GRANT, "x"))) == []

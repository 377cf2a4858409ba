"""What the app really asks Shopify, written down by itself, is what Shopify's own description allows."""

import json
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLSchema, OperationDefinitionNode, parse, validate
from graphql.execution.values import get_variable_values
from graphql.validation import NoDeprecatedCustomRule, specified_rules

from embedded.children import Children
from embedded.json_client import JsonClient
from embedded.ports import free_port
from plugin.db import credentials
from plugin.flow.bell import Bell
from plugin.flow.house import open_house
from plugin.flow.repair import repair
from plugin.flow.restart import restart
from plugin.platforms.recorder import HIDDEN
from tests.conftest import ROOT
from tests.contract.test_graphql_documents import STILL
from tests.database import Database
from tests.faults.shop import Merchant, Shop
from tests.flow.conftest import SECRET, Rings, settings_for
from tests.messages import order, post

Line = dict[str, Any]
ADMIN = re.compile(r"myshopify\.com/admin/api/[\d-]+/graphql\.json$")


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JsonClient]:
    port = free_port()
    command = [sys.executable, "-m", "sandbox", "--port", str(port), "--app-url", "http://127.0.0.1:1"]
    command += ["--client-id", "test-client-id", "--client-secret", SECRET]
    with Children(tmp_path_factory.mktemp("sandbox")) as children:
        children.start("sandbox", command, folder=ROOT)
        children.wait_http("sandbox", port, "/_sandbox/health")
        yield JsonClient(f"http://127.0.0.1:{port}")


@pytest.fixture(scope="module")
def told(
    sandbox: JsonClient, module_database: Database, _session_redis: Any, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, list[str]]:
    """The recording of a short story with everything in it, and the secrets that were used."""
    file = tmp_path_factory.mktemp("recording") / "requests.jsonl"
    more = {"SHOPIFY_SHOP_URL": f"{sandbox.base}/{{shop}}", "SHOPIFY_SUBSCRIPTIONS": "store"}
    opened = open_house(settings_for(module_database, _session_redis.url, **more, RECORD_REQUESTS=str(file)))
    house = replace(opened, bell=Bell(opened.redis, Rings()))
    shop = Shop.of(sandbox, customers=30)
    id_token = shop.id_token()
    merchant = Merchant.of(house, shop)
    secrets = [SECRET, id_token, *pair(merchant)]
    shop.post("/orders", {"customer_id": shop.customers()[0], "lines": lines(shop), "paid": True})
    post(house, merchant.store, "orders/create", order(shop.get("/orders")[-1]["id"], customer=shop.customers()[0]))
    merchant.live("number_of_orders >= 0")
    merchant.deliver()
    shop.fail(expire_access_token=True)
    merchant.want(shop.customers()[0], "other")
    merchant.deliver()
    secrets += pair(merchant)
    shop.fail(lose_next=1)
    merchant.want(shop.customers()[1], "other")
    merchant.deliver()
    shop.fail()
    merchant.time_passes()
    merchant.deliver()
    restart(house, merchant.store)
    merchant.read_history()
    repair(house, merchant.store)
    opened.database.close()
    return file, secrets


def pair(merchant: Merchant) -> list[str]:
    """The store's tokens."""
    with merchant.house.database.store(merchant.store) as tx:
        found = credentials.get(tx, merchant.house.keys)
    assert found is not None
    assert found.refresh_token is not None
    return [found.access_token, found.refresh_token]


def lines(shop: Shop) -> list[dict[str, Any]]:
    """Something to buy."""
    return [{"product_id": product["id"], "quantity": 1} for product in shop.get("/products")[:2]]


def recorded(file: Path) -> list[Line]:
    """The recording; with it what the whole suite wrote, where RECORD_REQUESTS says."""
    texts = [file.read_text()]
    everything = Path(os.environ.get("RECORD_REQUESTS") or "/nowhere")
    if everything.is_file():
        texts.append(everything.read_text())
    return [json.loads(line) for text in texts for line in text.splitlines()]


def faults(schema: GraphQLSchema, body: Line) -> list[str]:
    """What the schema has against this document with these variables, and against one that it carries inside."""
    document, variables = parse(body["query"]), body.get("variables") or {}
    rules = [*specified_rules, NoDeprecatedCustomRule]
    found = [error.message for error in validate(schema, document, rules)]
    (operation,) = (node for node in document.definitions if isinstance(node, OperationDefinitionNode))
    values = get_variable_values(schema, operation.variable_definitions or (), variables)
    found += [error.message for error in values] if isinstance(values, list) else []
    if "bulkOperationRun" in body["query"]:
        inside = [text for text in variables.values() if isinstance(text, str) and "{" in text]
        assert inside, "an export without a question"
        found += [error.message for text in inside for error in validate(schema, parse(text), rules)]
    return [message for message in found if STILL not in message]


def test_every_question_and_its_variables_fit_the_published_schema(
    admin_schema: GraphQLSchema, told: tuple[Path, list[str]]
) -> None:
    asked = [line for line in recorded(told[0]) if ADMIN.search(line["url"])]

    wrong = {str(line["body"])[:200]: found for line in asked if (found := faults(admin_schema, line["body"]))}

    assert len(asked) > 15
    assert wrong == {}


def test_a_wrong_variable_would_be_noticed(admin_schema: GraphQLSchema, told: tuple[Path, list[str]]) -> None:
    (asked, *_) = (line["body"] for line in recorded(told[0]) if "$ids" in str(line["body"]))

    assert faults(admin_schema, asked) == []
    assert faults(admin_schema, asked | {"variables": {"ids": [{"id": 1}]}}) != []
    assert faults(admin_schema, asked | {"variables": {}}) != []


def test_the_story_has_every_kind_of_request_in_it(told: tuple[Path, list[str]]) -> None:
    asked = recorded(told[0])

    grants = {line["body"]["grant_type"] for line in asked if line["url"].endswith("/oauth/access_token")}
    assert {"urn:ietf:params:oauth:grant-type:token-exchange", "refresh_token"} <= grants
    assert {line["method"] for line in asked} >= {"GET", "POST"}
    assert {200, 401, 520} <= {line["status"] for line in asked}


def test_the_recording_gives_no_secret_away(told: tuple[Path, list[str]]) -> None:
    file, secrets = told
    text = file.read_text()

    assert [secret for secret in secrets if secret in text] == []
    for line in recorded(file):
        named = {name.lower(): value for name, value in line["headers"].items()}
        assert named.get("x-shopify-access-token", HIDDEN) == HIDDEN
        if line["url"].endswith("/oauth/access_token"):
            assert line["body"]["client_secret"] == HIDDEN
            assert line["body"].get("subject_token", HIDDEN) == line["body"].get("refresh_token", HIDDEN) == HIDDEN

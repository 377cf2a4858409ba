"""The README tells of every fault a store can be given, and of what the platform's numbers are here."""

from dataclasses import fields
from pathlib import Path

import pytest

import sandbox
from sandbox.bigcommerce.store.faults import ApiFaults, WebhookFaults
from sandbox.bigcommerce.store.quota import PLANS
from sandbox.bigcommerce.webhooks.board import Rules

WHOLE = (Path(sandbox.__file__).parent / "README.md").read_text()
SECTION = WHOLE.partition("## A pretend BigCommerce beside it")[2].partition("\n## ")[0]


@pytest.mark.parametrize("name", [item.name for kind in (WebhookFaults, ApiFaults, Rules) for item in fields(kind)])
def test_a_fault_is_documented(name: str) -> None:
    assert f"`{name}`" in SECTION


@pytest.mark.parametrize("plan", PLANS)
def test_a_plan_is_documented(plan: str) -> None:
    assert plan in SECTION

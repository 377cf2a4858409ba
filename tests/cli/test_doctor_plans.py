"""The doctor says whether what stores pay for can be read."""

from datetime import UTC, datetime

from plugin.db import entitlements
from plugin.db.transaction import Database as Doors
from tests.builders import a_store
from tests.cli.conftest import Regulars

SELLING = {
    "BILLING": "on",
    "SHOPIFY_PARTNER_ORGANISATION": "1",
    "SHOPIFY_PARTNER_TOKEN": "prtapi_secret",
    "SHOPIFY_APP_ID": "2",
}
NOW = datetime.now(UTC)


def told(regulars: Regulars, **settings: str) -> str:
    """The doctor's line about billing."""
    return next(line for line in regulars("doctor", **settings).output.splitlines() if " billing: " in line)


def test_without_billing_there_is_nothing_to_read(regulars: Regulars) -> None:
    assert told(regulars) == "✓ billing: off: stores have no plans"


def test_plans_that_are_read_are_counted(regulars: Regulars, at: Doors) -> None:
    with at.store(a_store(at)) as tx:
        entitlements.want(tx, NOW)
        entitlements.put(tx, NOW, **dict.fromkeys(entitlements.TOLD) | {"state": "none"})
        entitlements.weighed(tx, 2000, NOW, NOW)

    assert told(regulars, **SELLING) == "✓ billing: the plans of 1 stores are read; writing stands still for 1"


def test_plans_that_cannot_be_read_are_told_with_the_reason_and_without_the_token(
    regulars: Regulars, at: Doors
) -> None:
    with at.store(a_store(at)) as tx:
        entitlements.want(tx, NOW)
        entitlements.failed(tx, NOW, "the platform answers 401")

    done = regulars("doctor", **SELLING)

    assert done.exit_code == 1
    assert f"✗ billing: the plans of 1 of 1 stores can't be read since {NOW:%Y-%m-%d %H:%M}: " in done.output
    assert "the platform answers 401" in done.output
    assert "SHOPIFY_PARTNER_TOKEN" in done.output
    assert "prtapi_secret" not in done.output


def test_what_is_missing_is_a_finding_each(regulars: Regulars) -> None:
    output = regulars("doctor", BILLING="on").output

    assert all(f"✗ settings: {name}" in output for name in list(SELLING)[1:])

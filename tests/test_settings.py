"""Settings are read once; every mistake is told at once, with its cure; secrets do not show."""

import pytest

from plugin.db.crypto import new_key
from plugin.domain.errors import SettingsError
from plugin.settings import Settings

GOOD = {
    "PUBLIC_URL": "https://app.example",
    "DATABASE_URL": "postgresql://owner:pw@db/regulars",
    "REDIS_URL": "redis://redis/0",
    "ENCRYPTION_KEYS": new_key(),
    "SHOPIFY_CLIENT_ID": "id",
    "SHOPIFY_CLIENT_SECRET": "very-secret",
}


def test_all_that_is_missing_is_told_together() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment({})

    assert all(name in caught.value.message for name in GOOD)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PUBLIC_URL", "app.example"),
        ("PUBLIC_URL", "https://app.example/"),
        ("DATABASE_URL", "mysql://db"),
        ("ENCRYPTION_KEYS", "short"),
        ("WEBHOOK_BODY_LIMIT", "5 MB"),
        ("LOG_LEVEL", "LOUD"),
        ("SHOPIFY_SHOP_URL", "https://shop.example"),
        ("SHOPIFY_SUBSCRIPTIONS", "both"),
        ("SHOPIFY_INSTALL", "legacy"),
        ("BILLING", "yes"),
    ],
)
def test_a_mistake_is_named_by_its_variable(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings.from_environment(GOOD | {name: value})


SELLING = {
    "BILLING": "on",
    "SHOPIFY_PARTNER_ORGANISATION": "4217",
    "SHOPIFY_PARTNER_TOKEN": "prtapi_secret",
    "SHOPIFY_APP_ID": "70001",
}


def test_nothing_is_billed_unless_somebody_says_so() -> None:
    assert Settings.from_environment(GOOD).bills is False
    assert Settings.from_environment(GOOD | SELLING).bills is True


def test_who_bills_is_told_of_everything_that_is_missing_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment(GOOD | {"BILLING": "on", "SHOPIFY_ADMIN_URL": "admin.shopify.com/"})

    assert all(name in caught.value.message for name in {*SELLING, "SHOPIFY_ADMIN_URL"})


ACCOUNT = {
    "BIGCOMMERCE_ACCOUNT_UUID": "6f1d2b58-0d2c-4a2b-9a57-3c0c8a4f7e10",
    "BIGCOMMERCE_ACCOUNT_TOKEN": "account_secret",
    "BIGCOMMERCE_APP_ID": "48101",
}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"BIGCOMMERCE_APP_ID": "48101"}, {"BIGCOMMERCE_ACCOUNT_UUID", "BIGCOMMERCE_ACCOUNT_TOKEN"}),
        (
            ACCOUNT | {"BIGCOMMERCE_ACCOUNT_UUID": "mine", "BIGCOMMERCE_APP_ID": "x1"},
            {"BIGCOMMERCE_ACCOUNT_UUID", "BIGCOMMERCE_APP_ID"},
        ),
        (
            {"BIGCOMMERCE_ACCOUNT_TOKEN": "account_secret", "LOG_LEVEL": "LOUD"},
            {*ACCOUNT, "LOG_LEVEL"} - {"BIGCOMMERCE_ACCOUNT_TOKEN"},
        ),
    ],
)
def test_an_account_that_sells_is_named_as_a_whole_or_not_at_all(given: dict[str, str], told: set[str]) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment(GOOD | given)

    assert {line.partition(" ")[0] for line in caught.value.message.splitlines()} == told
    assert "account_secret" not in caught.value.message


def test_the_account_token_does_not_show() -> None:
    assert "account_secret" not in repr(Settings.from_environment(GOOD | ACCOUNT))


def test_the_partner_token_does_not_show() -> None:
    assert "prtapi_secret" not in repr(Settings.from_environment(GOOD | SELLING))


def test_secrets_do_not_show() -> None:
    shown = repr(Settings.from_environment(GOOD))

    assert "very-secret" not in shown
    assert GOOD["ENCRYPTION_KEYS"] not in shown
    assert "pw@" not in shown


def test_a_role_without_a_url_of_its_own_gets_one_with_a_derived_password() -> None:
    settings = Settings.from_environment(GOOD)

    urls = {role: settings.role_url(role) for role in ("app", "receive", "scan")}

    assert len(set(urls.values())) == 3
    assert all(url.startswith(f"postgresql://regulars_{role}:") for role, url in urls.items())
    assert all(url.endswith("@db/regulars") for url in urls.values())


def test_who_only_works_needs_no_owner() -> None:
    roles = {f"DATABASE_{role}_URL": f"postgresql://{role}@db/regulars" for role in ("APP", "RECEIVE", "SCAN")}
    without = {name: value for name, value in GOOD.items() if name != "DATABASE_URL"}

    assert Settings.from_environment(without | roles).role_url("scan") == roles["DATABASE_SCAN_URL"]
    with pytest.raises(SettingsError, match="DATABASE_URL"):
        Settings.from_environment(without)


def test_a_role_with_a_url_of_its_own_keeps_it() -> None:
    own = "postgresql://someone@elsewhere/regulars"

    assert Settings.from_environment(GOOD | {"DATABASE_APP_URL": own}).role_url("app") == own

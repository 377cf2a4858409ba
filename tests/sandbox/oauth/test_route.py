"""The token endpoint over HTTP."""

from typing import Any

import pytest
import requests

from tests.sandbox.conftest import NewShop
from tests.sandbox.keeper import CLIENT_ID, CLIENT_SECRET, EXCHANGE, Keeper

SHOP_ID = "{ shop { id } }"


def refresh(shop: Keeper, token: str) -> requests.Response:
    return shop.token_endpoint(
        {
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "grant_type": "refresh_token",
            "refresh_token": token,
        }
    )


def test_an_id_token_is_exchanged_for_an_expiring_pair(shop: Keeper) -> None:
    pair = shop.install()

    assert pair["expires_in"] == 3600
    assert pair["refresh_token_expires_in"] == 7_776_000
    assert "write_customers" in pair["scope"].split(",")
    assert shop.raw(SHOP_ID).status_code == 200


def test_a_form_is_read_as_well_as_json(shop: Keeper) -> None:
    url = f"{shop.base}/{shop.shop}/admin/oauth/access_token"

    answer = requests.post(url, data=EXCHANGE | {"subject_token": shop.id_token()}, timeout=30)

    assert answer.json()["access_token"]


def test_without_expiring_the_token_stays(shop: Keeper) -> None:
    answer = shop.token_endpoint(EXCHANGE | {"subject_token": shop.id_token(), "expiring": "0"})

    assert set(answer.json()) == {"access_token", "scope"}


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_id": "wrong"}, "invalid_client"),
        ({"subject_token": "made.up.token"}, "invalid_subject_token"),
        ({"subject_token_type": "wrong"}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
def test_a_wrong_exchange_is_refused(shop: Keeper, said: dict[str, Any], error: str) -> None:
    answer = shop.token_endpoint(EXCHANGE | {"subject_token": shop.id_token()} | said)

    assert (answer.status_code, answer.json()) == (400, {"error": error})


def test_a_stale_id_token_and_one_of_another_shop_are_refused(new_shop: NewShop) -> None:
    shop, other = new_shop(), new_shop()

    for token in (shop.id_token(lifetime=-60), other.id_token()):
        answer = shop.token_endpoint(EXCHANGE | {"subject_token": token})
        assert (answer.status_code, answer.json()) == (400, {"error": "invalid_subject_token"})


def test_a_shop_without_the_app_gives_no_token(new_shop: NewShop) -> None:
    shop = new_shop(installed=False)

    answer = shop.token_endpoint(EXCHANGE | {"subject_token": shop.id_token()})

    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_client"})


def test_refreshing_gives_a_new_pair(shop: Keeper) -> None:
    pair = shop.install()

    fresh = refresh(shop, pair["refresh_token"]).json()

    assert fresh["refresh_token"] != pair["refresh_token"]
    shop.token = fresh["access_token"]
    assert shop.raw(SHOP_ID).status_code == 200
    assert refresh(shop, pair["refresh_token"]).json() == {"error": "invalid_grant"}


def test_a_refresh_whose_answer_is_lost_can_be_repeated(shop: Keeper) -> None:
    pair = shop.install()
    shop.control("PUT", "/faults", {"api": {"lose_refresh_response": 1}})

    assert refresh(shop, pair["refresh_token"]).status_code == 520
    fresh = refresh(shop, pair["refresh_token"])

    assert fresh.status_code == 200
    shop.token = fresh.json()["access_token"]
    assert shop.raw(SHOP_ID).status_code == 200


def test_an_answer_can_leave_out_how_long_it_holds(shop: Keeper) -> None:
    pair = shop.install()
    shop.control("PUT", "/faults", {"api": {"omit_expiry_next": 1}})

    short, whole = (refresh(shop, pair["refresh_token"]).json() for _ in range(2))

    assert set(whole) - set(short) == {"expires_in", "refresh_token_expires_in"}


def test_the_endpoint_fails_as_asked(shop: Keeper) -> None:
    pair = shop.install()
    shop.control("PUT", "/faults", {"api": {"token_status_next": [520, 429]}})

    answers = [refresh(shop, pair["refresh_token"]) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [520, 429, 200]
    assert [answer.headers.get("Retry-After") for answer in answers] == [None, "1.0", None]


def test_uninstalling_kills_the_tokens_and_reopening_allows_a_new_exchange(shop: Keeper) -> None:
    pair = shop.install()

    shop.control("POST", "/uninstall")

    assert shop.raw(SHOP_ID).status_code == 401
    assert refresh(shop, pair["refresh_token"]).json() == {"error": "invalid_grant"}
    shop.install()
    assert shop.raw(SHOP_ID).status_code == 200

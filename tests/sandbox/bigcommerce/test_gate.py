"""The door of the API: tokens, scopes, quota, concurrency, bad days."""

import threading
import time
from collections import Counter

import pytest
import requests

from tests.sandbox.bigcommerce.clerk import Clerk
from tests.sandbox.keeper import until


def test_without_the_token_nobody_comes_in(store: Clerk) -> None:
    good, store.token = store.token, "other"

    store.get("/v3/customers", status=401)
    store.get("/v2/store", status=401)

    store.token = good
    store.get("/v2/store")


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        ("/v3/customers", "store_v2_customers_read_only"),
        ("/v2/customer_groups", "store_v2_customers"),
        ("/v2/orders", "store_v2_orders_read_only"),
        ("/v3/orders/payment_actions/refunds", "store_v2_transactions_read_only"),
        ("/v2/store", "store_v2_information_read_only"),
        ("/v3/pricelists/assignments", "store_v2_products_read_only"),
        ("/v3/promotions", "store_v2_marketing_read_only"),
    ],
)
def test_a_call_needs_its_scope(store: Clerk, path: str, scope: str) -> None:
    store.install("store_v2_default")
    store.get(path, status=403)

    store.install("store_v2_default", scope)
    store.get(path)


def test_reading_rights_do_not_write(store: Clerk) -> None:
    store.install("store_v2_customers_read_only")

    store.ask("PUT", "/v3/customers", [{"id": 3, "company": "x"}], status=403)
    store.get("/v3/hooks")


def test_a_slash_at_the_end_is_forbidden(store: Clerk) -> None:
    assert store.raw("GET", "/v3/customers/").status_code == 403
    assert store.raw("GET", "/v3/nothing").status_code == 404


def test_every_answer_says_what_is_left(store: Clerk) -> None:
    first, second = store.raw("GET", "/v2/time"), store.raw("GET", "/v2/time")

    assert first.headers["X-Rate-Limit-Requests-Quota"] == "450"
    assert first.headers["X-Rate-Limit-Time-Window-Ms"] == "30000"
    left = [int(answer.headers["X-Rate-Limit-Requests-Left"]) for answer in (first, second)]
    assert left[0] - left[1] == 1
    assert 0 < int(second.headers["X-Rate-Limit-Time-Reset-Ms"]) <= 30_000


def test_an_empty_window_refuses_until_it_ends(store: Clerk) -> None:
    store.control("PUT", "/quota", {"quota": 3, "window": 1})

    answers = [store.raw("GET", "/v2/time") for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[3].headers["X-Rate-Limit-Requests-Left"] == "0"
    assert int(answers[3].headers["X-Rate-Limit-Time-Reset-Ms"]) <= 1000
    until(lambda: store.raw("GET", "/v2/time").status_code == 200)


def test_another_app_uses_the_same_window_up(store: Clerk) -> None:
    store.control("PUT", "/quota", {"quota": 1000, "window": 60, "others_per_second": 400})

    first = int(store.raw("GET", "/v2/time").headers["X-Rate-Limit-Requests-Left"])

    until(lambda: int(store.raw("GET", "/v2/time").headers["X-Rate-Limit-Requests-Left"]) < first - 50)


def test_a_fourth_writer_at_once_is_refused_without_headers(store: Clerk) -> None:
    store.control("PUT", "/faults", {"api": {"slow_seconds": 0.6}})
    answers: list[requests.Response] = []

    def write(number: int) -> None:
        answers.append(store.raw("PUT", "/v3/customers", [{"id": number, "company": "x"}]))

    writers = [threading.Thread(target=write, args=(number,)) for number in range(1, 6)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert Counter(answer.status_code for answer in answers) == {200: 3, 429: 2}
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert not [name for name in refused.headers if "rate-limit" in name.lower()]
    assert store.control("GET")["most_at_once"] == 3


def test_throttling_comes_with_headers_or_without(store: Clerk) -> None:
    store.control("PUT", "/faults", {"api": {"throttle_bare_next": 1}})
    bare = store.raw("GET", "/v2/time")
    store.control("PUT", "/faults", {"api": {"throttle_next": 1}})
    full = store.raw("GET", "/v2/time")

    assert (bare.status_code, full.status_code) == (429, 429)
    assert "X-Rate-Limit-Time-Reset-Ms" not in bare.headers
    assert full.headers["X-Rate-Limit-Requests-Left"] == "0"


def test_a_suspended_store_is_away_for_everybody(store: Clerk) -> None:
    store.control("PUT", "/suspended")
    store.get("/v2/store", status=503)

    store.control("PUT", "/suspended", {"suspended": False})
    store.get("/v2/store")


def test_bad_days_are_as_many_as_asked(store: Clerk) -> None:
    store.control("PUT", "/faults", {"api": {"status_next": [500, 507, 423]}})

    found = [store.raw("GET", "/v2/time").status_code for _ in range(4)]

    assert found == [500, 507, 423, 200]


def test_a_frozen_store_thaws_when_faults_are_cleared(store: Clerk) -> None:
    store.control("PUT", "/faults", {"api": {"frozen": 401}})
    store.get("/v2/store", status=401)

    store.control("DELETE", "/faults")
    store.get("/v2/store")


def test_a_write_can_be_done_and_its_answer_lost(store: Clerk) -> None:
    store.control("PUT", "/faults", {"api": {"lose_next": 1}})

    assert store.raw("PUT", "/v3/customers", [{"id": 3, "company": "Kept"}]).status_code == 504

    assert store.get("/v3/customers", **{"id:in": 3})["data"][0]["company"] == "Kept"


def test_a_hanging_call_ends_with_its_fault(store: Clerk) -> None:
    store.control("PUT", "/faults", {"api": {"timeout_next": 1, "hang_seconds": 30}})
    began, found = time.monotonic(), []
    call = threading.Thread(target=lambda: found.append(store.raw("GET", "/v2/time").status_code))

    call.start()
    until(lambda: store.control("GET", "/faults")["api"]["timeout_next"] == 0)
    store.control("DELETE", "/faults")
    call.join()

    assert found == [504]
    assert time.monotonic() - began < 15


def test_unknown_faults_are_refused(store: Clerk) -> None:
    store.control("PUT", "/faults", {"api": {"explode": 1}}, 422)
    store.control("PUT", "/faults", {"weather": {}}, 422)


def test_every_call_is_written_down(store: Clerk) -> None:
    store.get("/v3/customers", limit=1)
    store.get("/v2/orders", status=413, limit=900)

    store.ask("PUT", "/v3/customers", [{"id": 3, "company": "x"}])

    names = ("method", "path", "query", "body", "status")
    calls = [tuple(call[name] for name in names) for call in store.control("GET", "/calls")]

    assert calls == [
        ("GET", "/v3/customers", "limit=1", None, 200),
        ("GET", "/v2/orders", "limit=900", None, 413),
        ("PUT", "/v3/customers", "", [{"id": 3, "company": "x"}], 200),
    ]

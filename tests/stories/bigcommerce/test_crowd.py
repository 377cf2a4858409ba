"""A crowd at a store: hundreds of messages at once, and a store that takes three calls at a time."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event

from tests.stories.bigcommerce.bazaar import Bazaar
from tests.stories.play import until

ORDERS = 120
WORKERS = 8
SOON = 60.0


@contextmanager
def at_work(bazaar: Bazaar) -> Iterator[None]:
    """Several workers do whatever there is to do for the store, all at the same time; their mistakes are raised."""
    over = Event()

    def work() -> None:
        while not over.is_set():
            bazaar.work() or over.wait(0.05)

    with ThreadPoolExecutor(WORKERS) as pool:
        workers = [pool.submit(work) for _ in range(WORKERS)]
        try:
            yield
        finally:
            over.set()
    for each in workers:
        each.result()


def test_a_store_that_takes_three_calls_at_once_is_never_asked_a_fourth_and_a_refusal_without_a_word_is_waited_for(
    bazaar: Bazaar,
) -> None:
    bazaar.live("count(orders WHERE date >= -1d) >= 1", "patient")
    people = [bazaar.someone(f"Pat{number}") for number in range(40)]
    before = bazaar.called()

    bazaar.fail(concurrency=3, slow_seconds=0.05, throttle_bare_next=1)
    for who in people:
        bazaar.buy(who)
    with at_work(bazaar):
        until(lambda: bazaar.labelled("patient") >= set(people), "everybody has the label", SOON)

    calls = bazaar.control("GET", "/calls")[before:]
    refused = [each for each in calls if each["status"] == 429]
    assert [each["left"] for each in refused] == [None]  # The one that was to be, and it said nothing of a quota.
    assert bazaar.control("GET")["quota"]["left"] > 1_000
    assert 2 <= bazaar.control("GET")["most_at_once"] <= 3


def test_an_import_of_hundreds_of_orders_is_answered_at_once_and_read_in_stretches(bazaar: Bazaar) -> None:
    store = bazaar.another("import")
    store.live("count(orders) >= 2 AND customer_email_domain = 'import.example'", "imported")
    people = [store.someone(f"Row{number}", email=f"row{number}@import.example") for number in range(40)]
    store.settle()
    bazaar.live("count(orders) >= 1", "neighbour")
    uma, before = bazaar.someone("Uma"), store.called()

    for number in range(ORDERS):
        store.buy(people[number % len(people)])
    store.control("POST", "/quiet", {"timeout": 60})
    sent = [each for topic in ("created", "updated") for each in store.deliveries(f"store/order/{topic}")]
    assert len(sent) == 2 * ORDERS
    assert {tuple(attempt["status"] for attempt in each["attempts"]) for each in sent} == {(200,)}
    assert store.called() == before  # Whoever announces is answered before anything is looked at.
    bazaar.buy(uma)
    bazaar.settle()
    assert "neighbour" in bazaar.labels(uma)

    store.settle()
    assert store.labelled("imported") == set(people)
    assert store.called() - before < len(sent) / 3
    written = "SELECT max(n) FROM (SELECT count(*) AS n FROM writes WHERE customer_id = ANY(%s) GROUP BY customer_id) t"
    assert store.rows(written, people) == [(1,)]  # However often they bought, each was written to once.

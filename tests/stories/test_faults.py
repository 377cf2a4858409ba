"""Real processes are killed, stopped and hung while a shop has its day; the day ends as if nothing had been."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import psycopg
import pytest
from celery import Celery

from embedded.json_client import page
from embedded.stage import DATABASE, Stage
from plugin.domain.ids import StoreId
from plugin.flow.bell import Work
from plugin.flow.house import open_house
from plugin.flow.repair import repair
from plugin.settings import Settings
from tests.messages import dumped, order, person
from tests.stories.play import OURS, Play, told, until

Picture = dict[str, Any]


@pytest.fixture(scope="module")
def undisturbed(on_stage: Stage) -> Picture:
    """The picture of a day on which nothing breaks, true to the shop's own books."""
    play = Play.begin(on_stage, "quiet-day")
    play.day()
    play.settle()
    picture = play.picture()
    assert play.lost() == set()
    assert ["regular" in tags for tags in picture["tags"]] == [number >= 4 for number in play.orders()]
    assert {tag for tags in picture["tags"] for tag in tags} >= OURS
    return picture


@pytest.fixture(autouse=True)
def everything_runs(on_stage: Stage) -> Iterator[None]:
    """What a story stopped runs again afterwards, and no statement ever met a deadlock."""
    yield
    for server in (on_stage.postgres, on_stage.valkey):
        server.process.resume()
        if not server.process.running():
            server.start()
    for name in ("intake", "remote"):
        if not on_stage.children[name].running():
            on_stage.children[name].start()
    assert told(on_stage, "SELECT deadlocks FROM pg_stat_database WHERE datname = %s", DATABASE) == [(0,)]


@contextmanager
def in_the_way(stage: Stage, statement: str) -> Iterator[None]:
    """Whoever comes to what the statement locks waits there."""
    with psycopg.connect(stage.postgres.url(DATABASE)) as connection:
        connection.execute(statement)
        try:
            yield
        finally:
            connection.rollback()


def waits(stage: Stage) -> bool:
    """Whether one of the app's transactions waits for a lock of ours."""
    query = """SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND wait_event <> 'advisory'
               AND usename = 'regulars_app'"""
    return bool(told(stage, query)[0][0])


@contextmanager
def killed_at(stage: Stage, process: str, table: str) -> Iterator[None]:
    """What happens inside brings the worker to that table, where it is killed; then it starts again."""
    with in_the_way(stage, f"LOCK TABLE {table} IN EXCLUSIVE MODE"):
        yield
        until(lambda: waits(stage), f"{process} comes to {table}")
        stage.children[process].kill()
    stage.children[process].start()


@contextmanager
def killed_in_a_drain(play: Play) -> Iterator[None]:
    """What happens inside begins a drain, which is killed wherever it has come to by then."""
    yield
    until(lambda: play.is_draining() or not any(play.waiting().values()), "a drain begins")
    play.stage.children["intake"].kill()
    play.stage.children["intake"].start()


def let_leases_run_out(play: Play) -> None:
    """As if two minutes had gone by since a writer was killed."""
    past = "now() - interval '1 second'"
    with psycopg.connect(play.stage.postgres.url(DATABASE), autocommit=True) as connection:
        connection.execute(f"UPDATE leases SET expires_at = {past} WHERE store_id = %s", (play.store,))
        connection.execute("UPDATE outbox SET due_at = now() WHERE due_at > now() AND store_id = %s", (play.store,))


COUNTED = (
    "regulars_deliveries_total",
    "regulars_deliveries_drained_total",
    "regulars_drain_seconds_count",
    "regulars_decide_seconds_count",
    "regulars_customers_decided_total",
    "regulars_call_seconds_count",
    "regulars_lag_seconds_count",
)


@pytest.mark.parametrize("name", COUNTED)
def test_what_any_process_counted_is_read_in_one_place(on_stage: Stage, undisturbed: Picture, name: str) -> None:
    lines = page(f"{on_stage.addresses.web}/metrics").splitlines()

    counts = [float(line.rpartition(" ")[2]) for line in lines if line.partition("{")[0].partition(" ")[0] == name]

    assert sum(counts) > 0


def test_a_day_on_which_workers_are_killed_in_the_middle_of_a_batch(on_stage: Stage, undisturbed: Picture) -> None:
    play = Play.begin(on_stage, "killed-drains")
    deaths = {3: "orders", 9: "customers", 15: "lines"}

    def around(step: int) -> AbstractContextManager[None]:
        if step in deaths:
            return killed_at(on_stage, "intake", deaths[step])
        return killed_in_a_drain(play) if step in (18, 21) else nullcontext()

    play.day(around)
    play.settle()

    assert play.picture() == undisturbed
    assert play.lost() == set()


def test_a_day_on_which_the_writer_is_killed_after_its_call(on_stage: Stage, undisturbed: Picture) -> None:
    play = Play.begin(on_stage, "killed-writes")

    play.day(lambda step: killed_at(on_stage, "remote", "writes") if step == 5 else nullcontext())
    let_leases_run_out(play)
    play.settle()

    assert play.picture() == undisturbed
    repeated = play.twice_written()
    assert repeated <= 1


def test_a_day_on_which_redis_hangs_dies_and_comes_back(on_stage: Stage, undisturbed: Picture) -> None:
    play = Play.begin(on_stage, "redis-away")

    def around(step: int) -> AbstractContextManager[None]:
        {
            4: on_stage.valkey.pause,
            8: on_stage.valkey.resume,
            12: on_stage.valkey.kill,
            16: on_stage.valkey.start,
        }.get(step, bool)()
        return nullcontext()

    play.day(around)
    play.settle()

    assert play.picture() == undisturbed
    assert play.lost() == set()
    assert play.statuses() == {200}


def test_redis_dies_while_a_worker_holds_a_task_for_later(on_stage: Stage) -> None:
    play = Play.begin(on_stage, "redis-dies-amid-tasks")
    intake = on_stage.children["intake"]
    with Celery(broker=on_stage.valkey.url, set_as_current=False) as sender:
        later = sender.send_task(Work.DRAIN, kwargs={"store_id": play.store}, queue="intake", countdown=60)
    until(lambda: f"{later.id}] received" in intake.log.read_text(), "the worker holds it")

    on_stage.valkey.kill()
    goods = [{"product_id": play.get("/products")[0]["id"], "quantity": 1, "price": "60.00"}]
    play.post("/orders", {"customer_id": play.customers()[0], "lines": goods})
    on_stage.valkey.start()

    play.settle()
    assert intake.running()


def test_a_day_on_which_postgres_is_stopped_and_killed(on_stage: Stage, undisturbed: Picture) -> None:
    play = Play.begin(on_stage, "postgres-away")

    @contextmanager
    def away(stop: Callable[[], None]) -> Iterator[None]:
        stop()
        yield
        until(lambda: 503 in play.statuses(), "a delivery is answered with 503")
        on_stage.postgres.start()

    stops = {5: on_stage.postgres.stop, 13: on_stage.postgres.kill}
    play.day(lambda step: away(stops[step]) if step in stops else nullcontext())
    play.settle()

    assert play.picture() == undisturbed
    assert play.lost() == set()
    assert play.statuses() <= {200, 503, None}


def subscribe_there_too(play: Play) -> None:
    """Every topic that the configuration asks of all stores was also asked of this one."""
    house = open_house(Settings.from_environment({**play.stage.environment, "SHOPIFY_SUBSCRIPTIONS": "store"}))
    assert repair(house, StoreId(play.store))
    house.database.close()


def test_a_day_on_which_everything_comes_twice_late_and_in_any_order(on_stage: Stage, undisturbed: Picture) -> None:
    play = Play.begin(on_stage, "out-of-order")
    subscribe_there_too(play)
    late = {"duplicate": 1.0, "delay_share": 0.1, "delay_seconds": 2.0, "shuffle": 1.0, "shuffle_seconds": 1.0}
    play.call("PUT", "/faults", {"webhooks": late | {"both_subscriptions": True, "seed": 3}})

    play.day()
    play.settle()

    assert play.picture() == undisturbed
    assert play.lost() == set()


def test_a_day_with_deliveries_that_cannot_be_read_or_kill_the_worker(on_stage: Stage, undisturbed: Picture) -> None:
    play = Play.begin(on_stage, "poisoned")
    ana = play.customers()[0]
    strange = {
        "nul": ("customers/update", dumped(person(ana, first_name="A\u0000na"))),
        "absurd": ("orders/create", dumped(order(7, ana, amount="1e400"))),
        "huge": ("orders/create", dumped(order(8, ana, id=10**30))),
        "deep": ("orders/create", b"[" * 100_000),
        "random": ("orders/create", bytes(range(256)) * 3),
    }

    @contextmanager
    def poisoned(step: int) -> Iterator[None]:
        if step == 6:
            for name, (topic, body) in strange.items():
                assert play.webhook(topic, body, f"{play.shop}-{name}") == 200
        if step == 12:
            kill_whoever_takes(play, dumped(order(9, customer=666)))
        yield

    play.day(poisoned)
    play.settle()

    assert play.picture() == undisturbed
    assert play.lost() == set()
    aside = play.rows("SELECT i.delivery_id FROM inbox_open o JOIN inbox i USING (store_id, id) WHERE store_id = %s")
    assert sorted(row[0].removeprefix(f"{play.shop}-") for row in aside) == [
        "absurd", "deep", "huge", "killer", "random",
    ]  # fmt: skip


def kill_whoever_takes(play: Play, body: bytes) -> None:
    """Each worker that takes this delivery is killed while it works on it, until nobody takes it any more."""
    play.settle()
    with psycopg.connect(play.stage.postgres.url(DATABASE), autocommit=True) as connection:  # Batches are small.
        connection.execute("UPDATE drains SET size = 1 WHERE store_id = %s", (play.store,))
    intake = play.stage.children["intake"]
    intake.kill()
    assert play.webhook("orders/create", body, f"{play.shop}-killer") == 200
    for _ in range(6):
        with in_the_way(play.stage, f"INSERT INTO customers (store_id, id) VALUES ({play.store}, 666)"):
            intake.start()
            until(lambda: waits(play.stage) or not play.waiting()["inbox"], "a worker takes the delivery")
            if not play.waiting()["inbox"]:
                return
            intake.kill()
        until(lambda: not waits(play.stage), "the dead worker's transaction is gone")
    raise AssertionError("the delivery kills worker after worker")


def test_a_shop_that_leaves_comes_back_and_leaves_for_good(on_stage: Stage) -> None:
    play = Play.begin(on_stage, "leaver")
    ana = play.customers()[0]
    goods = next(product["id"] for product in play.get("/products") if not product["gift_card"])
    purchase = {"customer_id": ana, "lines": [{"product_id": goods, "quantity": 1, "price": "5000.00"}]}

    play.post("/uninstall")
    until(lambda: play.state == "uninstalled", "the app has heard that it was removed")
    play.post("/orders", purchase)  # Nobody is told of it.
    page(play.post("/open")["url"])
    until(lambda: play.state == "ready", "the shop's history is read again")
    play.settle()
    assert "spender" in play.tags(ana)

    play.post("/uninstall")
    until(lambda: play.state == "uninstalled", "the app was removed again")
    play.post("/privacy", {"topic": "shop/redact"})
    until(lambda: play.left() == {}, f"nothing is left of the shop; {play.left()}")

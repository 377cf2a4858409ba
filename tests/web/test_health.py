"""How the process and its surroundings are."""

from dataclasses import replace

import psycopg
from flask.testing import FlaskClient

from plugin.flow.house import House, open_house
from plugin.web.app import create_app
from tests.builders import a_store
from tests.database import Database


def test_the_process_is_alive_without_asking_anyone(house: House) -> None:
    nowhere = replace(house.settings, database_scan_url="postgresql://127.0.0.1:1/x", redis_url="redis://127.0.0.1:1/0")

    answer = create_app(open_house(nowhere)).test_client().get("/healthz")

    assert (answer.status_code, answer.get_json()) == (200, {"status": "ok"})


def test_it_is_ready_when_database_and_redis_answer_and_the_tables_are_current(client: FlaskClient) -> None:
    answer = client.get("/readyz")

    assert (answer.status_code, answer.get_json()) == (200, {"status": "ok", "database": "ok", "redis": "ok"})


def test_it_is_not_ready_without_redis(house: House) -> None:
    nowhere = open_house(replace(house.settings, redis_url="redis://127.0.0.1:1/0"))

    answer = create_app(nowhere).test_client().get("/readyz")

    assert (answer.status_code, answer.get_json()["redis"]) == (503, "can't be reached")
    nowhere.database.close()


def test_it_is_not_ready_without_a_database(house: House) -> None:
    nowhere = open_house(replace(house.settings, database_scan_url="postgresql://x@127.0.0.1:1/x"))

    answer = create_app(nowhere).test_client().get("/readyz")

    assert (answer.status_code, answer.get_json()["database"]) == (503, "can't be reached")


def test_it_is_not_ready_before_the_release_step(client: FlaskClient, database: Database) -> None:
    with psycopg.connect(database.owner, autocommit=True) as owner:
        owner.execute("UPDATE alembic_version SET version_num = 'older'")

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert "run the release step" in answer.get_json()["database"]


def test_metrics_count_deliveries_and_tell_what_waits(client: FlaskClient, house: House) -> None:
    a_store(house.database)
    client.post("/webhooks/shopify", data=b"{}")

    told = client.get("/metrics").get_data(as_text=True)

    assert 'regulars_deliveries_total{outcome="not_genuine"}' in told
    assert "regulars_inbox_waiting 0.0" in told
    assert "regulars_outbox_due 0.0" in told
    assert "regulars_placements_due 0.0" in told
    assert "regulars_rolls_due 0.0" in told


def test_metrics_are_for_this_machine_alone_where_there_is_no_token(client: FlaskClient) -> None:
    far = client.get("/metrics", environ_base={"REMOTE_ADDR": "203.0.113.7"})
    proxied = client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.7"})

    assert (far.status_code, proxied.status_code) == (404, 404)


def test_metrics_ask_for_their_token_wherever_it_is_set(house: House) -> None:
    guarded = replace(house, settings=replace(house.settings, metrics_token="a-token"))
    client = create_app(guarded).test_client()

    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer a-tokem"}).status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer a-token"}).status_code == 200

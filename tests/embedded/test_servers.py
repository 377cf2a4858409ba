"""The two servers: real, private, and able to be broken on purpose."""

from pathlib import Path

import psycopg
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from embedded.postgres import FAST, Postgres, postgres
from embedded.roles import clone_database, drop_database, owner_database
from embedded.valkey import Valkey

ONCE = Retry(NoBackoff(), 0)


def test_data_is_there_after_a_restart(scratch_folder: Path) -> None:
    with postgres(scratch_folder, FAST) as server, psycopg.connect(server.url()) as connection:
        connection.execute("CREATE TABLE kept (n integer)")

    with postgres(scratch_folder, FAST) as server, psycopg.connect(server.url()) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)


def test_committed_data_survives_sigkill(durable_postgres: Postgres) -> None:
    with psycopg.connect(durable_postgres.url()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")

    durable_postgres.kill()
    durable_postgres.start()

    with psycopg.connect(durable_postgres.url()) as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (7,)


def test_text_folds_by_unicode_on_every_machine(postgres_server: Postgres) -> None:
    with psycopg.connect(postgres_server.url()) as connection:
        row = connection.execute("SELECT lower('ÄÉΣ'), 'Z' < 'a', current_setting('TimeZone')").fetchone()

    assert row == ("äéσ", True, "UTC")


def test_nothing_listens_on_the_network(postgres_server: Postgres) -> None:
    with psycopg.connect(postgres_server.url()) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


def test_only_its_user_reaches_the_socket(postgres_server: Postgres) -> None:
    assert postgres_server.sockets.stat().st_mode & 0o077 == 0


def test_the_owner_is_no_superuser(postgres_server: Postgres) -> None:
    url = owner_database(postgres_server, "owned")

    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
    drop_database(postgres_server, "owned")

    assert row == ("regulars_owner", False, False, True)


def test_a_clone_has_what_its_template_had(postgres_server: Postgres) -> None:
    with psycopg.connect(owner_database(postgres_server, "original")) as connection:
        connection.execute("CREATE TABLE thing AS SELECT 1 AS n")

    with psycopg.connect(clone_database(postgres_server, "copy", "original")) as connection:
        assert connection.execute("SELECT n FROM thing").fetchone() == (1,)
    drop_database(postgres_server, "copy")
    drop_database(postgres_server, "original")


def test_valkey_keeps_its_data_and_its_address_over_a_restart(redis_server: Valkey) -> None:
    with redis.Redis.from_url(redis_server.url) as connection:
        connection.set("kept", "yes")

    redis_server.stop()
    redis_server.start()

    with redis.Redis.from_url(redis_server.url) as connection:
        assert connection.get("kept") == b"yes"


def test_a_paused_valkey_takes_connections_and_answers_nothing(redis_server: Valkey) -> None:
    redis_server.pause()
    with (
        redis.Redis.from_url(redis_server.url, socket_timeout=0.3, retry=ONCE) as connection,
        pytest.raises(redis.TimeoutError),
    ):
        connection.ping()

    redis_server.resume()
    with redis.Redis.from_url(redis_server.url) as connection:
        assert connection.ping()


def test_valkey_asks_for_its_password(redis_server: Valkey) -> None:
    with (
        redis.Redis(port=redis_server.port, retry=ONCE) as connection,
        pytest.raises(redis.AuthenticationError),
    ):
        connection.ping()

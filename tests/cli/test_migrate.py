"""The release step."""

import psycopg
import pytest

from embedded.ports import free_port
from embedded.postgres import Postgres
from embedded.roles import owner_database
from plugin.cli.migrate import passwords
from plugin.settings import Settings, role_password
from tests.cli.conftest import Regulars


def test_an_empty_database_is_migrated_twice_with_the_same_end(postgres_server: Postgres, regulars: Regulars) -> None:
    url = owner_database(postgres_server, "cli_migrate")

    first, second = regulars("migrate", DATABASE_URL=url), regulars("migrate", DATABASE_URL=url)

    assert (first.exit_code, second.exit_code) == (0, 0), first.output
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT count(*) FROM stores").fetchone() == (0,)


def test_a_database_that_is_away_is_waited_for_and_then_named(regulars: Regulars) -> None:
    done = regulars("migrate", "--wait", "0.5", DATABASE_URL=f"postgresql://owner@127.0.0.1:{free_port()}/x")

    assert done.exit_code == 1
    assert done.stderr.startswith("Error: DATABASE_URL can't be reached")


@pytest.mark.parametrize("given", ["app", "receive", "scan"])
def test_only_roles_without_a_url_get_a_password(given: str, surroundings: dict[str, str]) -> None:
    names = [f"DATABASE_{role.upper()}_URL" for role in ("app", "receive", "scan") if role != given]
    settings = Settings.from_environment({key: value for key, value in surroundings.items() if key not in names})

    assert passwords(settings) == {
        role: role_password(role, settings.keys[-1]) for role in ("app", "receive", "scan") if role != given
    }

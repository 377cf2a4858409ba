"""What `script/check` runs on a scratch server: up, the same as the tables declared, down to nothing, up again."""

import sys

import psycopg

from embedded.home import scratch
from embedded.postgres import FAST, postgres
from embedded.roles import owner_database
from plugin.db.migrate import check, downgrade, migrate
from plugin.db.roles import ROLES

_LEFT = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"


def main() -> int:
    """0 when the migrations lead to the declared tables, can be undone, and done again."""
    passwords = dict.fromkeys(ROLES, "unused")
    with scratch() as folder, postgres(folder, FAST) as server:
        url = owner_database(server)
        migrate(url, passwords)
        check(url)
        downgrade(url)
        with psycopg.connect(url) as connection:
            left = connection.execute(_LEFT).fetchone()
        if left != (0,):
            sys.stderr.write("Tables are left after the last downgrade.\n")
            return 1
        migrate(url, passwords)
        check(url)
    return 0


if __name__ == "__main__":
    sys.exit(main())

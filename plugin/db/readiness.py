"""Whether the database's tables are those of this version."""

from functools import cache
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory

import migrations
from plugin.db.transaction import Database


def revision(database: Database) -> str | None:
    """The revision the database is at; raises Unavailable."""
    row = database.run("scan", "SELECT version_num FROM alembic_version").fetchone()
    return None if row is None else str(row[0])


@cache
def newest() -> str | None:
    """The newest revision this version knows."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config).get_current_head()

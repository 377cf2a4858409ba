"""The command as a whole: its table, its errors, its speed."""

import subprocess
import sys
from importlib import import_module

import pytest

from plugin.cli.group import COMMANDS, module_of
from tests.cli.conftest import Regulars

SLOW = ("flask", "celery", "plugin.flow", "plugin.web", "requests")


@pytest.mark.parametrize("noun", COMMANDS)
def test_every_noun_has_its_command_and_help(noun: str, regulars: Regulars) -> None:
    assert import_module(module_of(noun)).command.name == noun
    assert regulars(noun, "--help").exit_code == 0


def test_missing_settings_are_all_named_without_a_traceback(regulars: Regulars) -> None:
    done = regulars("stores", DATABASE_URL="", DATABASE_APP_URL="", REDIS_URL="")

    assert done.exit_code == 1
    assert "DATABASE_URL is missing" in done.stderr
    assert "REDIS_URL is missing" in done.stderr
    assert "Traceback" not in done.output


def test_a_command_nobody_knows_is_a_usage_error(regulars: Regulars) -> None:
    assert regulars("shops").exit_code == 2


def test_an_unknown_store_is_one_sentence(regulars: Regulars) -> None:
    done = regulars("stores", "show", "nobody.myshopify.com")

    assert done.exit_code == 1
    assert done.stderr == "Error: There is no store nobody.myshopify.com. `regulars stores` lists them.\n"


def test_debug_shows_where_an_error_happened(regulars: Regulars) -> None:
    assert regulars("--debug", "stores", "show", "nobody").exception is not None


def test_migrate_loads_nothing_it_does_not_need() -> None:
    seen = "import sys, plugin.cli.migrate; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", seen], capture_output=True, text=True, check=True).stdout.split()

    assert [name for name in loaded if name in SLOW] == []

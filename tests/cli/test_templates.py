"""`regulars templates`."""

import json

from click.testing import CliRunner

from plugin.cli import main
from plugin.rules.gallery import TEMPLATES


def test_all_templates_are_listed() -> None:
    done = CliRunner().invoke(main, ["templates", "list", "--json"])

    assert [each["id"] for each in json.loads(done.stdout)] == list(TEMPLATES)


def test_a_goal_has_its_own() -> None:
    done = CliRunner().invoke(main, ["templates", "list", "--goal", "wholesale"])

    assert "hidden-wholesale" in done.stdout
    assert "birthday-soon" not in done.stdout


def test_a_template_is_shown_with_values() -> None:
    done = CliRunner().invoke(main, ["templates", "show", "lapsed", "--set", "days=45", "--set", "orders=3"])

    assert "rule: count(orders) >= 3 AND max(orders.date) < -45d" in done.stdout
    assert "--set days=45" in done.stdout


def test_a_value_beyond_its_limits_is_refused_with_a_sentence() -> None:
    done = CliRunner().invoke(main, ["templates", "show", "lapsed", "--set", "days=0"])

    assert done.exit_code == 1
    assert "write a number from 1 to 3650" in done.stderr

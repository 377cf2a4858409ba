"""Whatever a rule is said with can be translated: it stands in plugin/locale/messages.pot."""

import gettext
import subprocess
from pathlib import Path

from babel.messages.pofile import read_po
from hypothesis import HealthCheck, given, settings

from plugin.rules.describe import describe, describe_definition
from plugin.rules.segment import Definition
from plugin.rules.speak import Speaker
from plugin.rules.tree import Rule
from tests.rules.strategies import definitions, rules

ROOT = Path(__file__).parents[2]
POT = ROOT / "plugin" / "locale" / "messages.pot"
Message = str | tuple[str, ...]


def messages(path: Path) -> frozenset[Message]:
    with path.open("rb") as file:
        return frozenset(tuple(m.id) if isinstance(m.id, list | tuple) else m.id for m in read_po(file) if m.id)


KNOWN = messages(POT)


class Listening(gettext.NullTranslations):
    """Says everything as it is, and knows what was not in the list."""

    def __init__(self) -> None:
        super().__init__()
        self.missed: set[Message] = set()

    def gettext(self, message: str) -> str:
        self.missed |= {message} - KNOWN
        return message

    def ngettext(self, one: str, many: str, number: int) -> str:
        self.missed |= {(one, many)} - KNOWN
        return super().ngettext(one, many, number)


def test_the_list_is_current(tmp_path: Path) -> None:
    subprocess.run([ROOT / "script" / "messages", tmp_path / "new.pot"], check=True)

    assert messages(tmp_path / "new.pot") == KNOWN, "script/messages writes it anew"


@given(rules())
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_rule_is_said_with_what_is_in_the_list(rule: Rule) -> None:
    listening = Listening()

    describe(rule, Speaker(listening))

    assert not listening.missed


@given(definitions())
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_definition_is_said_with_what_is_in_the_list(definition: Definition) -> None:
    listening = Listening()

    describe_definition(definition, Speaker(listening))

    assert not listening.missed

"""The Procfile is read as a shell would read it, without a shell."""

import pytest

from embedded.procfile import ProcfileError, commands, read


def test_variables_take_the_environment_or_their_default() -> None:
    text = "# roles\nweb: serve --port ${PORT:-8000} --name '$NAME'\n\nbeat: beat\n"

    assert commands(text, {"NAME": "two words"}) == {
        "web": ["serve", "--port", "8000", "--name", "two words"],
        "beat": ["beat"],
    }
    assert commands(text, {"PORT": "1", "NAME": "x"})["web"][2] == "1"


@pytest.mark.parametrize(("text", "part"), [("web serve", "line 1"), ("web: serve $PORT", "PORT")])
def test_a_line_that_cannot_run_is_refused(text: str, part: str) -> None:
    with pytest.raises(ProcfileError, match=part):
        commands(text, {})


def test_this_procfile_has_the_roles_of_the_design() -> None:
    assert list(read({})) == ["release", "web", "intake", "remote", "batch", "beat"]

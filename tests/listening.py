"""Every request that the suite makes to BigCommerce is held against its description by the test that makes it.

In a test's own process ``Http`` is listened to, where it records; processes that a module starts record to a file
(RECORD_REQUESTS: the person's own, or one that lives as long as the module), which is read at the module's end and
tells no values of a query. Without published files nothing is judged, and tests/contract/test_witness.py says so.
"""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from plugin.platforms.http import Http, Request
    from tests.contract.witness import Witness

ROOT = Path(__file__).resolve().parent.parent
SPECS = Path(os.environ.get("SPECS_DIR") or ROOT.parent / "shared" / "specs")
WITH_PROCESSES = ("tests/stories/", "tests/browser/", "tests/embedded/")
"""Where tests start processes of the app."""
NAME = "RECORD_REQUESTS"
PERHAPS = ("/stores/", "/accounts/", "/oauth2/")
"""Parts of BigCommerce's addresses."""
_heard: list[Mapping[str, Any]] = []
_witness: list["Witness"] = []


@pytest.fixture(scope="session", autouse=True)
def _listening() -> Iterator[None]:
    """What this process asks of anybody is heard."""
    from plugin.platforms.http import Http

    record = Http._record

    def heard(self: "Http", request: "Request", headers: Mapping[str, str], status: int | None, error: Any) -> None:
        _heard.append({"method": request.method, "url": request.url, "body": request.json})
        record(self, request, headers, status, error)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Http, "_record", heard)
        yield


@pytest.fixture(autouse=True)
def _as_described(request: pytest.FixtureRequest) -> Iterator[None]:
    """What the test asked of BigCommerce is what one may ask; torn down after all that the test itself set up."""
    yield
    asked, _heard[:] = _heard[:], []
    asked = [each for each in asked if any(part in each["url"] for part in PERHAPS)]
    if asked and (witness := the_witness()) is not None:
        for each in asked:
            witness.hear(each, by=request.node.nodeid)
        _nothing(witness.take())


@pytest.fixture(scope="module", autouse=True)
def _as_described_by_processes(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """What processes of the module's own asked."""
    if not request.node.nodeid.startswith(WITH_PROCESSES) or not SPECS.is_dir():
        yield
        return
    with pytest.MonkeyPatch.context() as patch:
        if not os.environ.get(NAME):
            patch.setenv(NAME, str(tmp_path_factory.mktemp("recording") / "requests.jsonl"))
        file = Path(os.environ[NAME])
        before = file.stat().st_size if file.exists() else 0
        yield
    if file.exists() and (witness := the_witness()) is not None:
        with file.open("rb") as lines:
            lines.seek(before)
            witness.hear_all(lines.read().decode(), by=request.node.nodeid)
        _nothing(witness.take())


def the_witness() -> "Witness | None":
    """This process's one witness; None without the published files."""
    if not _witness and SPECS.is_dir():
        from tests.contract.witness import Witness

        _witness.append(Witness(SPECS))
    return _witness[0] if _witness else None


def _nothing(wrong: list[str]) -> None:
    if wrong:
        pytest.fail("asked of BigCommerce, which describes no such request:\n" + "\n".join(wrong), pytrace=False)

"""trial: a store file from its text to what is printed: every moment asked, and what differs from its expectations."""

from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from marshmallow import ValidationError

from plugin.db.scratch import scratch
from plugin.flow import expectations
from plugin.flow.rehearse import rehearse
from plugin.flow.standings import plain, stand
from plugin.platforms.given import whole
from plugin.platforms.given.document import read
from plugin.platforms.given.kinds import Moment, Plain, store_time
from plugin.platforms.given.mistakes import FileUnusable, Mistake


def prepared(text: str, moments: Sequence[str] = ()) -> Plain:
    """The checked file, asked at these moments if there are any. Raises FileUnusable with every mistake."""
    file = whole.load(read(text))
    if moments:
        file["moments"] = [_moment(written, file) for written in moments]
    asked = dict.fromkeys([*file.get("moments", ()), *expectations.at(file)])
    file["moments"] = sorted(asked) or [datetime.now(UTC)]
    return file


def trial(file: Plain, owner_url: str, app_url: str | None = None, *, explain: bool = False) -> Plain:
    """What came out, as docs/schema/try-output.json has it. Nothing is left behind at the server.

    ``app_url``: how the product's role logs in; None: the owner takes it. Raises FileUnusable, Unavailable.
    """
    with scratch(owner_url, app_url) as place:
        staged = rehearse(place, file)
        told, differences = [], []
        for moment in file["moments"]:
            found = stand(staged, moment, None if explain else expectations.to_explain(staged, moment))
            told.append(plain(staged, found, explained=explain))
            differences += list(expectations.differences(staged, found))
    result: Plain = {"moments": told}
    if "expect" in file:
        result["expectations"] = {"checked": len(file["expect"]), "differences": differences}
    return result


def _moment(written: str, file: Plain) -> datetime:
    with store_time(ZoneInfo(file.get("store", {}).get("timezone", "UTC"))):
        try:
            found: datetime = Moment().deserialize(written)
        except ValidationError as error:
            raise FileUnusable([Mistake("--moment", str(error.messages[0]))]) from error
    return found

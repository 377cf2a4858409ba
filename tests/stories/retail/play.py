"""The history goes in the way webhooks do: over HTTP, proven, stored once, drained, decided."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from embedded.children import Children
from embedded.ports import free_port
from embedded.procfile import ROOT, read
from plugin.db import plans, segments, stores
from plugin.db.transaction import Transaction
from plugin.domain.ids import CustomerId, SegmentId, StoreId
from plugin.engine.decide import Asked, decide
from plugin.flow.compiled import compiled
from plugin.flow.drain import drain
from plugin.flow.house import House
from plugin.flow.plan import plan
from plugin.flow.save import save
from plugin.flow.sweep import sweep
from tests.stories.retail.questions import QUESTIONS

SHOP = "retail.myshopify.com"


def save_questions(house: House, store_id: StoreId) -> dict[str, SegmentId]:
    """Every question is a segment of the store, in preview and decided; gives their ids by name."""
    ids = {q.name: save(house, store_id, q.name, q.definition, {}, "retail")[0] for q in QUESTIONS}
    plan(house, store_id)
    with house.database.store(store_id) as tx:
        assert all(segment.applied_version for segment in segments.newest(tx)), "a plan did not run"
    return ids


@contextmanager
def web(settings: Mapping[str, str], logs: Path) -> Iterator[str]:
    """The Procfile's web server runs with these settings and answers; its address."""
    port = free_port()
    environment = {**os.environ, **settings, "PORT": str(port), "BIND_ADDRESS": "127.0.0.1", "WEB_PROCESSES": "1"}
    with Children(logs) as children:
        children.start("web", read(environment)["web"], environment=environment, folder=ROOT)
        children.wait_http("web", port, "/healthz")
        yield f"http://127.0.0.1:{port}"


def replay(settings: Mapping[str, str], url: str, path: Path) -> dict[str, Any]:
    """`regulars replay` has played the whole file; what it says of it. Raises when a webhook was refused."""
    command = [sys.executable, "-m", "plugin.cli", "replay", str(path), "--format", "online-retail"]
    command += ["--url", url, "--shop", SHOP, "--json"]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **settings}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def settle(house: House) -> None:
    """Nothing waits: every delivery is absorbed and everyone who is due is decided."""
    for store in stores.every(house.database):
        while drain(house, store.id).more:
            pass
        while sweep(house, store.id):
            pass


def decided(house: House, store_id: StoreId, as_of: datetime) -> dict[str, dict[int, str]]:
    """Each applied segment's members as of a moment, by the engine: customer → label."""
    with house.database.store(store_id, isolation="REPEATABLE READ") as tx:
        rules = compiled(stores.get(tx), segments.applied(tx))
        names = [segment.name for segment in rules.plan.segments]
        found: dict[str, dict[int, str]] = {name: {} for name in names}
        for decision in decide(tx, rules.plan, Asked.everyone(as_of)):
            for name, outcome in zip(names, decision.outcomes, strict=True):
                assert not outcome.undecided, f"{name} is undecided for {decision.customer_id}"
                if outcome.label is not None:
                    found[name][decision.customer_id] = outcome.label
    return found


def standing(tx: Transaction, ids: dict[str, SegmentId]) -> dict[str, dict[int, str]]:
    """Each segment's members as they stand in the membership table: customer → label."""
    return {name: _plain(plans.members(tx, segment_id)) for name, segment_id in ids.items()}


def _plain(members: dict[CustomerId, str]) -> dict[int, str]:
    return {int(customer_id): label for customer_id, label in members.items()}

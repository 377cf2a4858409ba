"""`script/demo`: a store with the app installed, on this machine, for a person or (--once) for a machine to try."""

import argparse
import contextlib
import fcntl
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from embedded.children import end_on_any_signal
from embedded.flavours import FLAVOURS, Flavour
from embedded.home import remove
from embedded.json_client import CallFailed, JsonClient
from embedded.ports import free_port, is_free
from embedded.process import ChildEndedError, NotReadyError
from embedded.procfile import ROOT
from embedded.stage import Addresses, ReleaseFailed, Stage, stage
from embedded.story import Draft, PageClosed, Plan, PlanFailed, Story

PORT = 8800
CUSTOMERS, YEARS, SEED = 300, 2, 7
PATIENCE = 60.0  # seconds for any one step


class NoRoom(Exception):
    """Every folder for a run is taken."""


class Teller:
    """Prints each step with the seconds since the start."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    def __call__(self, sentence: str) -> None:
        print(f"[{time.monotonic() - self._start:6.1f} s] {sentence}", flush=True)


def main() -> int:
    """0 when the story came true (--once) or a person ended the demo, 1 when something failed."""
    asked = arguments()
    end_on_any_signal()
    tell = Teller()
    try:
        with _folder(asked) as folder, stage(folder, _addresses(asked), told=tell) as running:
            play(running, FLAVOURS[asked.platform], tell, once=asked.once)
            if not asked.once:
                stay(running, FLAVOURS[asked.platform])
    except KeyboardInterrupt:
        print("\nEverything is stopped.")
        return 130 if asked.once else 0
    except (NoRoom, CallFailed, PageClosed, PlanFailed, ChildEndedError, NotReadyError, ReleaseFailed) as failure:
        print(f"\nThe demo failed: {failure}", file=sys.stderr)
        return 1
    return 0


def arguments() -> argparse.Namespace:
    """What the person asked for."""
    parser = argparse.ArgumentParser(prog="script/demo", description="A sandbox store with the app installed.")
    parser.add_argument("--once", action="store_true", help="play the story and end: 0 when the label is on the store")
    parser.add_argument("--platform", choices=FLAVOURS, default="shopify", help="which platform's store (%(default)s)")
    parser.add_argument("--port", type=int, help=f"port of the store's admin ({PORT}; with --once any free one)")
    parser.add_argument("--reset", action="store_true", help="forget the data of earlier runs first")
    asked = parser.parse_args()
    if asked.port is None and not asked.once:
        asked.port = PORT
    if asked.port is not None and not is_free(asked.port):
        parser.error(f"port {asked.port} is in use; name another: script/demo --port {asked.port + 1}")
    return asked


def play(running: Stage, flavour: Flavour, tell: Callable[[str], None], *, once: bool) -> None:
    """The app is installed and its segments are live; with `once`, a purchase has become a label as well."""
    story = flavour.story(JsonClient(running.addresses.sandbox), JsonClient(running.addresses.web), flavour.shop)
    counts = story.make_shop(CUSTOMERS, YEARS, SEED)["counts"]
    tell(
        f"The store {flavour.shop} is open: {counts['customers']} customers, {counts['orders']} orders in {YEARS} years"
    )
    story.open_app()
    tell(f"The app is installed: {flavour.installed}")
    until(running, lambda: story.backfill_progress().done)
    tell(f"The store's history is read: {story.backfill_progress().said}")
    previews = {draft: preview(running, story, draft, tell) for draft in flavour.segments}
    for segment, _ in previews.values():
        story.go_live(segment)
    tell(f"{', '.join(draft.name for draft in previews)} are live: {flavour.written}")
    if once:
        draft = flavour.segments[0]
        purchase(running, story, draft, previews[draft][1], tell)


def until(running: Stage, true: Callable[[], bool]) -> None:
    """The condition has come true while everything ran."""
    running.children.wait_until("web", true, PATIENCE, pause=0.1)


def preview(running: Stage, story: Story, draft: Draft, tell: Callable[[str], None]) -> tuple[int, Plan]:
    """The segment was made in preview and its plan was shown; gives its id and the plan."""
    segment = story.create_segment(draft)
    found: list[Plan] = []

    def planned() -> bool:
        found.extend(plan for plan in [story.plan(segment)] if plan is not None)
        return bool(found)

    until(running, planned)
    plan = found[0]
    tell(f"{draft.name}, in preview ({draft.rule}): {plan.joins} of {plan.total} customers would join")
    return segment, plan


def purchase(running: Stage, story: Story, draft: Draft, plan: Plan, tell: Callable[[str], None]) -> None:
    """The store shows the plan's labels, and a customer who buys has the label moments later."""
    label = draft.label
    until(running, lambda: len(story.labelled(label)) == plan.joins)
    tell(f"The store itself shows {label!r} on {plan.joins} customers")
    customer = story.someone_without(label)
    before = time.monotonic()
    order = story.buy(customer["id"])
    tell(f"{customer['email']} bought: order {order}")
    until(running, lambda: label in story.labels(customer["id"]))
    tell(f"{label!r} is on the customer, {time.monotonic() - before:.2f} s after the purchase")


def stay(running: Stage, flavour: Flavour) -> None:
    """The address is printed; everything runs until Ctrl-C or a crash."""
    print(f"\n    {running.addresses.sandbox}{flavour.front}\n")
    print(flavour.invitation)
    print(f"Logs: {running.children['web'].log.parent}    End: Ctrl-C", flush=True)
    running.children.wait()


def _addresses(asked: argparse.Namespace) -> Addresses:
    """The ports: the sandbox's as asked, ours any."""
    return Addresses(asked.port or free_port(), free_port())


@contextlib.contextmanager
def _folder(asked: argparse.Namespace) -> Iterator[Path]:
    """A folder of the checkout for this run alone: one per port, or the first that no other --once uses."""
    for number in range(1, 100):
        folder = ROOT / ".run" / (f"once-{number}" if asked.once else f"demo-{asked.port}")
        folder.mkdir(parents=True, exist_ok=True)
        with (ROOT / ".run" / f"{folder.name}.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            if asked.reset:
                remove(folder)
            yield folder
            return
    raise NoRoom("a hundred demos run already")


if __name__ == "__main__":
    sys.exit(main())

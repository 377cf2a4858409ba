"""`script/demo`: a store with the app installed, on this machine, for a person or (--once) for a machine to try."""

import argparse
import contextlib
import fcntl
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from embedded.children import end_on_any_signal
from embedded.home import remove
from embedded.json_client import CallFailed, JsonClient
from embedded.ports import free_port, is_free
from embedded.process import ChildEndedError, NotReadyError
from embedded.procfile import ROOT
from embedded.stage import Addresses, ReleaseFailed, Stage, stage
from embedded.story import Draft, Plan, PlanFailed, Story

PORT = 8800
SHOP = "corner-shop.myshopify.com"
CUSTOMERS, YEARS, SEED = 300, 2, 7
PATIENCE = 60.0  # seconds for any one step

RECENT = Draft("Recent buyers", "count(orders WHERE date >= -14d) >= 1", "recent-buyer")
SEGMENTS = (
    RECENT,
    Draft("Regulars", "number_of_orders >= 3", "regular"),
    Draft("Big spenders", "amount_spent >= 500", "big-spender"),
)


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
            play(running, tell, once=asked.once)
            if not asked.once:
                stay(running)
    except KeyboardInterrupt:
        print("\nEverything is stopped.")
        return 130 if asked.once else 0
    except (NoRoom, CallFailed, PlanFailed, ChildEndedError, NotReadyError, ReleaseFailed) as failure:
        print(f"\nThe demo failed: {failure}", file=sys.stderr)
        return 1
    return 0


def arguments() -> argparse.Namespace:
    """What the person asked for."""
    parser = argparse.ArgumentParser(prog="script/demo", description="A sandbox store with the app installed.")
    parser.add_argument("--once", action="store_true", help="play the story and end: 0 when the tag is on the store")
    parser.add_argument("--port", type=int, help=f"port of the sandbox's admin ({PORT}; with --once any free one)")
    parser.add_argument("--reset", action="store_true", help="forget the data of earlier runs first")
    asked = parser.parse_args()
    if asked.port is None and not asked.once:
        asked.port = PORT
    if asked.port is not None and not is_free(asked.port):
        parser.error(f"port {asked.port} is in use; name another: script/demo --port {asked.port + 1}")
    return asked


def play(running: Stage, tell: Callable[[str], None], *, once: bool) -> None:
    """The app is installed and its segments are live; with `once`, a purchase has become a tag as well."""
    story = Story(JsonClient(running.addresses.sandbox), JsonClient(running.addresses.web), SHOP)
    counts = story.make_shop(CUSTOMERS, YEARS, SEED)["counts"]
    tell(f"The store {SHOP} is open: {counts['customers']} customers, {counts['orders']} orders in {YEARS} years")
    story.open_app()
    tell("The app is installed: its page was opened in the store's admin")
    until(running, lambda: story.backfill_progress().done)
    tell(f"The store's history is read: {story.backfill_progress().said}")
    previews = {draft: preview(running, story, draft, tell) for draft in SEGMENTS}
    for segment, _ in previews.values():
        story.go_live(segment)
    tell(f"{', '.join(draft.name for draft in previews)} are live: their tags go to the store")
    if once:
        purchase(running, story, previews[RECENT][1], tell)


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


def purchase(running: Stage, story: Story, plan: Plan, tell: Callable[[str], None]) -> None:
    """The store shows the plan's tags, and a customer who buys has the tag moments later."""
    until(running, lambda: len(story.tagged(RECENT.tag)) == plan.joins)
    tell(f"The store itself shows {RECENT.tag!r} on {plan.joins} customers")
    customer = story.someone_without(RECENT.tag)
    before = time.monotonic()
    order = story.buy(customer["id"])
    tell(f"{customer['email']} bought: order {order}")
    until(running, lambda: RECENT.tag in story.tags(customer["id"]))
    tell(f"{RECENT.tag!r} is on the customer, {time.monotonic() - before:.2f} s after the purchase")


def stay(running: Stage) -> None:
    """The address is printed; everything runs until Ctrl-C or a crash."""
    handle = SHOP.removesuffix(".myshopify.com")
    print(f"\n    {running.addresses.sandbox}/admin/store/{handle}\n")
    print("The store's admin with the app in it, and beside it the shop window: buy something, watch the tag.")
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

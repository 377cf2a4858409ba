"""A store outgrows the free plan: a warning in time, then tags stand still, then a larger plan, and they move again."""

import urllib.request
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from embedded.home import scratch
from embedded.json_client import JsonClient, page
from embedded.ports import free_port
from embedded.shopify import ShopifyStory
from embedded.stage import DATABASE, Addresses, Stage, stage
from embedded.story import Draft
from plugin.domain.allowance import LANDING
from plugin.platforms.manifest import manifest
from tests.stories.play import told, until

FREE, GROW = manifest().plans[:2]
SHOP = "outgrown.myshopify.com"
MANY = (FREE.customers or 0) + 5
DRAFT = Draft("Regulars", "number_of_orders >= 3", "regular")


@pytest.fixture(scope="module")
def on_stage() -> Iterator[Stage]:
    """Everything a store needs, as real processes; plans are sold."""
    with scratch() as folder, stage(folder, Addresses(free_port(), free_port()), {"BILLING": "on"}) as running:
        yield running


@pytest.fixture(scope="module")
def story(on_stage: Stage) -> ShopifyStory:
    """A store with a few customers more than the free plan is for, its segment live and on the store."""
    story = ShopifyStory(JsonClient(on_stage.addresses.sandbox), JsonClient(on_stage.addresses.web), SHOP)
    story.make_shop(customers=MANY, years=1, seed=3)
    story.open_app()
    until(lambda: story.backfill_progress().done, "the history is whole")
    segment = story.create_segment(DRAFT)
    until(lambda: story.plan(segment) is not None, "the segment is planned")
    story.go_live(segment)
    until(lambda: asked(story, "/api/overview")["counts"] == settled(), "tags are on the store")
    return story


def settled() -> dict[str, Any]:
    """What an overview counts when nothing waits."""
    return {"customers": MANY, "deliveries_waiting": 0, "deliveries_set_aside": 0, "outbox": 0, "due": 0}


def asked(story: ShopifyStory, path: str) -> Any:
    """What our page's API answers."""
    return story.app.get(path, story._token())


def problems(story: ShopifyStory) -> dict[str, dict[str, Any]]:
    """What the merchant is told to look at."""
    return {each["code"]: each for each in asked(story, "/api/problems")["problems"]}


def weeks_pass(stage: Stage) -> None:
    """As if the landing had begun so long ago that it is over."""
    with psycopg.connect(stage.postgres.url(DATABASE), autocommit=True) as connection:
        connection.execute("UPDATE entitlements SET over_since = over_since - %s, due_at = now()", (LANDING,))


def nearly(stage: Stage) -> int:
    """A customer who becomes a regular with the next purchase. The shop's own count would not do: it leaves out
    orders of gift cards alone."""
    twice = "SELECT min(customer_id) FROM (SELECT customer_id FROM orders WHERE customer_id > 0 AND NOT test"
    return int(told(stage, f"{twice} GROUP BY customer_id HAVING count(*) = 2) AS o")[0][0])


def test_a_store_that_outgrows_its_plan(story: ShopifyStory, on_stage: Stage) -> None:
    story.app.post("/api/plan/read", {}, story._token())
    until(lambda: "plan_over" in problems(story), "the merchant is told")
    over = asked(story, "/api/plan")
    landing = nearly(on_stage)
    story.buy(landing)
    until(lambda: "regular" in story.labels(landing), "everything goes on while it lands")
    tagged = story.labelled("regular")

    weeks_pass(on_stage)
    until(lambda: "plan_paused" in problems(story), "tags stand still")
    waiting = nearly(on_stage)
    story.buy(waiting)
    rows = "SELECT customer_id, wanted, written, due_at, unsure FROM outbox WHERE due_at IS NOT NULL OR unsure"
    until(
        lambda: waiting in {row[0] for row in told(on_stage, rows)},
        lambda: f"the purchase of {waiting} is decided, and waits: {told(on_stage, rows)}, {list(problems(story))}",
    )
    assert asked(story, "/api/overview")["counts"]["outbox"] >= 1
    paused = asked(story, "/api/plan")
    free = [
        asked(story, f"/api/customers/{waiting}"),
        asked(story, f"/api/customers/{waiting}/export"),
    ]
    another = story.create_segment(Draft("Newcomers", "number_of_orders = 1", "newcomer"))
    until(lambda: story.plan(another) is not None, "a preview is free")
    meanwhile = story.labelled("regular")

    chosen = f"{on_stage.addresses.sandbox}/admin/store/outgrown/charges/{manifest().handle}/pricing_plans"
    choose(chosen, GROW.handle)  # Shopify tells of it by a webhook; nobody opens our page.
    until(lambda: "regular" in story.labels(waiting), "what waited is written by itself")

    assert (over["standing"], over["name"], over["customers"], over["limit"]) == (
        "over",
        FREE.name,
        MANY,
        FREE.customers,
    )
    assert f"{MANY:,}" in over["says"][0]
    assert paused["standing"] == "paused"
    assert all(free)
    assert meanwhile == tagged
    assert story.labelled("regular") == {*tagged, waiting}
    until(lambda: not problems(story), "nothing is left to look at")
    assert asked(story, "/api/plan")["name"] == GROW.name


def test_a_store_takes_the_app_away_whatever_its_plan_and_starts_anew(story: ShopifyStory, on_stage: Stage) -> None:
    story._shop_post("/uninstall")
    until(lambda: told(on_stage, "SELECT state FROM stores")[0][0] == "uninstalled", "the app is gone")

    page(story._shop_post("/open")["url"])

    until(lambda: asked(story, "/api/plan")["name"] == FREE.name, "the plan went with the app, and is asked anew")


def choose(address: str, plan: str) -> None:
    """The merchant's browser sends the form of Shopify's page."""
    request = urllib.request.Request(address, data=f"plan={plan}".encode(), method="POST")
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.status == 200

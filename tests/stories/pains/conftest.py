"""One stage and one corner shop for all stories of the package."""

from collections.abc import Iterator

import pytest

from embedded.home import scratch
from embedded.ports import free_port
from embedded.stage import Addresses, Stage, stage
from tests.stories.pains.corner import Corner

BEFORE = "the-secret-before-the-rotation"


@pytest.fixture(scope="package")
def on_stage() -> Iterator[Stage]:
    """Everything a store needs, as real processes; the app's secret was rotated a moment ago."""
    with (
        scratch() as folder,
        stage(folder, Addresses(free_port(), free_port()), {"SHOPIFY_PREVIOUS_CLIENT_SECRET": BEFORE}) as running,
    ):
        yield running


@pytest.fixture(scope="package")
def _corner(on_stage: Stage) -> Corner:
    shop = Corner.open(on_stage, "corner", customers=30, timezone="Pacific/Auckland", years=0.4)
    shop.live("customer_tags CONTAINS 'newsletter'", "reader")  # A rule that asks for tags: reads wait for nobody.
    return shop


@pytest.fixture
def corner(_corner: Corner) -> Iterator[Corner]:
    """The shop that all stories share: each has people and tags of its own, and leaves no fault behind."""
    yield _corner
    _corner.call("DELETE", "/faults")

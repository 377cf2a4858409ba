"""What the page says of what Shopify did not tell, and of what nobody can know."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
from playwright.sync_api import Frame, expect

from embedded.stage import DATABASE, Stage

pytestmark = pytest.mark.browser

MENDED = "INSERT INTO repairs SELECT id, now(), 'order', 'missed', 3, '{1,2,3}' FROM stores"
SINCE = "UPDATE stores SET orders_known_from = now() - interval '60 days'"


@contextmanager
def supposing(stage: Stage, statement: str, undone: str) -> Iterator[None]:
    """What the statement makes so is so meanwhile."""
    with psycopg.connect(stage.postgres.url(DATABASE), autocommit=True) as connection:
        connection.execute(statement)
        yield
        connection.execute(undone)


def test_what_was_missing_and_mended_is_said(running: Stage, app: Frame, shot: Callable[[str], None]) -> None:
    app.get_by_role("link", name="All activity").click()
    expect(app.get_by_role("heading", name="Checked against your store")).to_be_visible()
    expect(app.get_by_text("Every hour we compare what we know with your store")).to_be_visible()

    with supposing(running, MENDED, "DELETE FROM repairs"):
        expect(app.get_by_text("3 orders had not been delivered by Shopify. We read them at")).to_be_visible()
        shot("what-was-missing")


def test_since_when_orders_are_known_is_said(running: Stage, app: Frame, shot: Callable[[str], None]) -> None:
    with supposing(running, SINCE, "UPDATE stores SET orders_known_from = '-infinity'"):
        expect(app.get_by_role("heading", name="Orders are known since")).to_be_visible()
        shot("known-since")


def test_how_long_the_history_takes_is_said(running: Stage, app: Frame, shot: Callable[[str], None]) -> None:
    reading = """UPDATE backfills SET state = 'exporting', expected = 400, roots = 100, objects = 300,
                   read_began_at = now() - interval '60 seconds'"""
    stopped = """UPDATE stores SET state = 'backfilling';
                 INSERT INTO leases SELECT id, 'backfill', 'test', 'infinity' FROM stores"""
    undone = """UPDATE backfills SET state = 'done', roots = expected, objects = loaded;
                DELETE FROM leases; UPDATE stores SET state = 'ready'"""
    with supposing(running, f"{stopped}; {reading}", undone):
        expect(app.get_by_role("heading", name="Reading your store's history")).to_be_visible()
        expect(app.get_by_text("Orders: Shopify is preparing the list, 100 of 400")).to_be_visible()
        expect(
            app.get_by_text("At least 3 minutes left.").or_(app.get_by_text("At least 4 minutes left."))
        ).to_be_visible()
        shot("how-long")

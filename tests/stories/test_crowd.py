"""A new rule moves fifteen hundred customers of a small shop at once, and the worker that writes to it is killed."""

import psycopg

from embedded.stage import DATABASE, Stage
from tests.stories.play import Play, until

CROWD = 1500
TAG = "bought-once"


def bundle(play: Play) -> str:
    """How far the bundle of changes has come."""
    rows = play.rows("SELECT state FROM bundles WHERE store_id = %s")
    return str(rows[0][0]) if rows else "idle"


def a_killed_workers_lease_runs_out(play: Play) -> None:
    """As if two minutes had gone by."""
    with psycopg.connect(play.stage.postgres.url(DATABASE), autocommit=True) as connection:
        connection.execute(
            "UPDATE leases SET expires_at = now() - interval '1 second' WHERE store_id = %s", (play.store,)
        )


def test_a_crowd_is_written_in_bundles_and_a_killed_writer_is_gone_on_from(on_stage: Stage) -> None:
    play = Play.open(on_stage, "crowded", customers=CROWD, plan="standard")
    play.call("PUT", "/faults", {"api": {"bulk_hold_seconds": 600}})
    remote = on_stage.children["remote"]

    play.save("Everybody", {"kind": "rule", "rule": "number_of_orders >= 0"}, {"": TAG})
    until(lambda: bundle(play) == "running", lambda: f"a bundle is under way; it is {bundle(play)}")
    remote.kill()
    play.call("DELETE", "/faults")  # The shop goes on with what it has, whoever is dead.
    play.post("/quiet", {"timeout": 60})
    remote.start()
    a_killed_workers_lease_runs_out(play)
    until(lambda: play.rows(WAITING) == [(0,)], lambda: f"nobody waits any more; {play.rows(WAITING)}, {bundle(play)}")

    tagged = {who["id"] for who in play.get("/customers") if TAG in who["tags"]}
    assert len(tagged) == CROWD
    calls = [call for call in play.get("/calls") if call["outcome"] == "ok"]
    started = sum(call["operation"] == "BundleStart" for call in calls)
    alone = sum(call["operation"] == "WriteTags" for call in calls)
    assert started == 1, "what was begun before the kill is gone on from, not begun again"
    assert alone * 25 < CROWD / 2, "most are written in the bundle"
    assert play.rows("SELECT count(*) FROM outbox WHERE store_id = %s AND written <> wanted") == [(0,)]
    assert play.rows("SELECT count(*), count(DISTINCT customer_id) FROM writes WHERE store_id = %s AND ok") == [
        (CROWD, CROWD)
    ]
    assert play.rows("SELECT count(*) FROM bundle_lines WHERE store_id = %s") == [(0,)]


WAITING = "SELECT count(*) FROM outbox WHERE store_id = %s AND (due_at IS NOT NULL OR unsure)"

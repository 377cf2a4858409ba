"""What the clock starts; all of it only looks and rings, so an idle store costs an index probe."""

SCHEDULE = {
    "scan": {"task": "stores.scan", "schedule": 2.0, "options": {"queue": "intake", "expires": 4}},
    "rank": {"task": "stores.rank", "schedule": 900.0, "options": {"queue": "batch", "expires": 600}},
    "retire": {"task": "inbox.retire", "schedule": 3600.0, "options": {"queue": "batch", "expires": 600}},
    "stale": {"task": "segments.retry_stale", "schedule": 3600.0, "options": {"queue": "batch", "expires": 600}},
}

"""What the clock starts; all of it only looks and rings, so an idle store costs an index probe."""

from celery.schedules import crontab

SCHEDULE = {
    "scan": {"task": "stores.scan", "schedule": 2.0, "options": {"queue": "intake", "expires": 4}},
    "rank": {"task": "stores.rank", "schedule": 900.0, "options": {"queue": "batch", "expires": 600}},
    "retire": {"task": "inbox.retire", "schedule": 3600.0, "options": {"queue": "batch", "expires": 600}},
    "stale": {"task": "segments.retry_stale", "schedule": 3600.0, "options": {"queue": "batch", "expires": 600}},
    "entitle": {"task": "stores.entitle", "schedule": 3600.0, "options": {"queue": "batch", "expires": 600}},
    "reconcile": {"task": "stores.reconcile_all", "schedule": 60.0, "options": {"queue": "batch", "expires": 55}},
    # By the clock: an interval of a day would begin anew with each release.
    "repair": {
        "task": "stores.repair",
        "schedule": crontab(hour="3", minute="40"),
        "options": {"queue": "batch", "expires": 7200},
    },
}

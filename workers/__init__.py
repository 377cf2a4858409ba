"""Everything with a queue: Celery tasks of about ten lines that call one flow, and their schedule."""

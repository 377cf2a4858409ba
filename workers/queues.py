"""The queues; the Procfile starts a worker for each, and a test proves it."""

INTAKE = "intake"
"""Drains and sweeps: PostgreSQL only, never a call to a platform."""
FETCH = "fetch"
"""Reads at the platforms."""
DELIVER = "deliver"
"""Writes to the platforms."""
BATCH = "batch"
"""Full runs, exports, and the scan."""

ALL = (INTAKE, FETCH, DELIVER, BATCH)

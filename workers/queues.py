"""The queues; the Procfile starts a worker for each, and a test proves it."""

INTAKE = "intake"
"""Drains, sweeps and the scan: PostgreSQL only, never a call to a platform, never long."""
FETCH = "fetch"
"""Reads at the platforms."""
DELIVER = "deliver"
"""Writes to the platforms."""
BATCH = "batch"
"""Full runs and exports."""

ALL = (INTAKE, FETCH, DELIVER, BATCH)

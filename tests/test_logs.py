"""Logs carry nothing secret and nothing personal, whatever is handed to them."""

import json
import subprocess
import sys

import pytest

from plugin.logs import redact

SECRETS = [
    "shpat_0123456789abcdef",
    "shpua_abc",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MiJ9.c2lnbmF0dXJl",
    "ana@example.com",
]


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_in_a_field_is_redacted(secret: str) -> None:
    event = redact(None, "info", {"event": "call.failed", "error": f"refused {secret} at once"})

    assert secret not in event["error"]
    assert "[redacted]" in event["error"]


def test_a_line_is_json_and_exceptions_are_redacted_too() -> None:
    program = (
        "import logging, structlog; from plugin.logs import configure; configure('INFO')\n"
        "try: raise ValueError('token shpat_0123456789')\n"
        "except ValueError: structlog.get_logger().exception('call.failed', store=7)\n"
        "logging.getLogger('other').warning('hello ana@example.com')\n"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert (first["event"], first["store"]) == ("call.failed", 7)
    assert "shpat_" not in done.stdout
    assert "ana@" not in second["event"]

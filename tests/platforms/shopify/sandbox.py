"""A pretend store in a process of its own, and what a test asks of it beside the platform's API."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests

CLIENT_ID, SECRET = "an_app_id", "an_app_secret_that_is_long_enough_for_hs256"
SHOP = "regulars-test.myshopify.com"
START_SECONDS = 60


@dataclass(frozen=True)
class Sandbox:
    """The running sandbox with one shop of 40 customers."""

    url: str

    @property
    def shop_url(self) -> str:
        """Where the shop's API lives."""
        return f"{self.url}/{SHOP}"

    def control(self, method: str, path: str = "", body: Any = None) -> Any:
        """A call to the control API of the shop."""
        answer = requests.request(method, f"{self.url}/_sandbox/shops/{SHOP}{path}", json=body, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def id_token(self, lifetime: int = 60) -> str:
        """A fresh ID token of the shop's owner."""
        return str(self.control("POST", "/id-token", {"lifetime": lifetime})["id_token"])


@contextmanager
def sandbox(port: int, app_url: str) -> Iterator[Sandbox]:
    """A sandbox with one shop on which the app is installed; gone afterwards."""
    running = Sandbox(f"http://127.0.0.1:{port}")
    command = [sys.executable, "-m", "sandbox", "--port", str(port), "--app-url", app_url]
    command += ["--client-id", CLIENT_ID, "--client-secret", SECRET]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(running, process)
        shop = {
            "domain": SHOP,
            "plan": "plus",
            "timezone": "Europe/Dublin",
            "currency": "EUR",
            "customers": 40,
            "years": 1,
            "seed": 3,
        }
        requests.post(f"{running.url}/_sandbox/shops", json=shop, timeout=60).raise_for_status()
        running.control("POST", "/open")
        yield running
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(running: Sandbox, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            requests.get(f"{running.url}/_sandbox/health", timeout=5).raise_for_status()
        except requests.RequestException:
            if process.poll() is not None:
                raise RuntimeError(f"the sandbox ended with {process.returncode}") from None
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"the sandbox did not answer within {START_SECONDS} s")

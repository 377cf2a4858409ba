"""What the sandbox is told of the app: by its manifest, and by the command line."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from sandbox.bigcommerce.asked import SCOPES, Asked, read_manifest
from sandbox.bigcommerce.registration import Registration
from sandbox.config import Config
from sandbox.web import pack, unpack


def manifest(folder: Path, said: object) -> Path:
    file = folder / "manifest.json"
    file.write_text(json.dumps({"name": "App", "platforms": {"shopify": {}} | ({"bigcommerce": said} if said else {})}))
    return file


def test_a_manifest_without_the_platform_says_the_usual(tmp_path: Path) -> None:
    assert read_manifest(manifest(tmp_path, None)) == Asked()
    assert Asked().scopes == SCOPES


def test_a_manifest_says_scopes_and_pages(tmp_path: Path) -> None:
    said = {"scopes": ["store_v2_customers"], "optional_scopes": ["store_cart_read_only"], "load_path": "/bc/open"}

    asked = read_manifest(manifest(tmp_path, said))

    assert asked.scopes == ("store_v2_default", "store_v2_customers", "store_cart_read_only")
    assert (asked.load_path, asked.auth_path) == ("/bc/open", "/bigcommerce/auth")


def test_credentials_are_the_neighbours_unless_there_are_others() -> None:
    shared = Config("http://app", "id", "secret", "http://here")
    other = replace(shared, bigcommerce=Asked(client_id="other", client_secret="another"))

    assert Registration.of(shared).client_id == "id"
    assert (Registration.of(other).client_id, Registration.of(other).client_secret) == ("other", "another")
    assert Registration.of(other).auth_callback == "http://app/bigcommerce/auth"
    assert unpack(pack(other)) == other


def test_the_command_line_names_them() -> None:
    said = subprocess.run(
        [sys.executable, "-m", "sandbox", "--help"], capture_output=True, text=True, check=True
    ).stdout

    assert "--bigcommerce-client-id" in said
    assert "--bigcommerce-client-secret" in said

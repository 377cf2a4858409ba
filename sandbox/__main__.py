"""``python -m sandbox``: the pretend store until Ctrl-C."""

import argparse
from dataclasses import replace
from pathlib import Path

from sandbox.bigcommerce.asked import Asked as AskedOfBigCommerce
from sandbox.bigcommerce.asked import read_manifest as read_bigcommerce
from sandbox.config import Asked, Config, read_manifest
from sandbox.server import serve
from sandbox.webhooks.sender import RETRIES


def main() -> None:
    """Serves with what the command line says."""
    said = _parser().parse_args()
    asked = read_manifest(said.topics_file) if said.topics_file else Asked()
    other = read_bigcommerce(said.topics_file) if said.topics_file else AskedOfBigCommerce()
    other = replace(other, client_id=said.bigcommerce_client_id, client_secret=said.bigcommerce_client_secret)
    address = said.base_url or f"http://{said.host}:{said.port}"
    config = Config(
        app_url=said.app_url.rstrip("/"),
        client_id=said.client_id,
        client_secret=said.client_secret,
        base_url=address.rstrip("/"),
        asked=asked,
        senders=said.senders,
        bigcommerce=other,
        retries=tuple(float(part) for part in said.retries.split(",") if part),
    )
    serve(config, said.host, said.port)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--app-url", required=True, help="where the app answers, e.g. http://127.0.0.1:8000")
    parser.add_argument("--client-id", required=True)
    parser.add_argument("--client-secret", required=True)
    parser.add_argument("--bigcommerce-client-id", default="", help="the app's at the other platform")
    parser.add_argument("--bigcommerce-client-secret", default="")
    parser.add_argument("--base-url", help="how others reach the sandbox, when not by host and port")
    parser.add_argument("--topics-file", type=Path, help="a manifest.json whose topics every shop delivers")
    parser.add_argument("--retries", default=",".join(map(str, RETRIES)), help="seconds before each retry")
    parser.add_argument("--senders", type=int, default=8, help="threads that send webhooks")
    return parser


if __name__ == "__main__":
    main()

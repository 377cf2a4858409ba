"""All roles of the Procfile on this machine, with the environment's settings: what `script/server` runs."""

import os
import subprocess
import sys

from embedded.children import Children, end_on_any_signal
from embedded.process import ChildEndedError
from embedded.procfile import RELEASE, ROOT, read
from embedded.stage import fresh


def main() -> int:
    """The release step ran and all roles ran until Ctrl-C (0) or until one of them ended (1)."""
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    roles = read(environment)
    logs = ROOT / ".run" / "server"
    logs.mkdir(parents=True, exist_ok=True)
    environment.setdefault("PROMETHEUS_MULTIPROC_DIR", fresh(logs / "metrics"))
    if subprocess.run(roles.pop(RELEASE), cwd=ROOT, check=False).returncode != 0:
        print("The release step failed; nothing was started.", file=sys.stderr)
        return 1
    end_on_any_signal()
    try:
        with Children(logs, echo=True) as children:
            for name, command in roles.items():
                children.start(name, command, environment=environment, folder=ROOT)
            children.wait()
    except KeyboardInterrupt:
        return 0
    except ChildEndedError as ended:
        print(f"All stopped, because {ended}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())

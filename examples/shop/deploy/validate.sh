#!/bin/sh
# Asks the shop for its version over HTTP, until it tells the one that was just deployed, for ten seconds at most.
set -eu
root="${PIPELINEKIT_HOST_ROOT:-}"
exec python3 - "$root" <<'PYTHON'
import json
import pathlib
import sys
import time
import urllib.request

root = pathlib.Path(sys.argv[1] or "/")
wanted = (root / "srv/shop/VERSION").read_text().strip()
found = "no answer"
end = time.monotonic() + 10
while time.monotonic() < end:
    try:
        port = (root / "var/run/shop.port").read_text().strip()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/version", timeout=2) as response:
            found = json.load(response)["version"]
        if found == wanted:
            print(f"the shop on port {port} serves {found}")
            sys.exit(0)
    except (OSError, ValueError):
        pass
    time.sleep(0.05)
print(f"wanted version {wanted}, found {found}")
sys.exit(1)
PYTHON

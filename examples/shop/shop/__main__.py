"""Serve the shop: ``python3 -m shop --port 8080``."""

import argparse
import pathlib
import signal
import sys

from shop.web import make_server


def main():
    """Serve until somebody asks us to end."""
    parser = argparse.ArgumentParser(prog="shop")
    parser.add_argument("--port", type=int, default=8080, help="0 lets the system choose")
    parser.add_argument("--port-file", type=pathlib.Path, help="where to write the port once the shop is open")
    options = parser.parse_args()
    version = pathlib.Path("VERSION").read_text().strip()
    server = make_server("127.0.0.1", options.port, version)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    if options.port_file:
        options.port_file.write_text(f"{server.server_port}\n")
    print(f"shop {version} is open on port {server.server_port}", flush=True)
    server.serve_forever()


main()

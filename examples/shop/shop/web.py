"""The shop over HTTP: `/` is the catalogue, `/total?apple=2` adds a basket up, `/version` tells the release."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from shop import catalogue


def answer(path, version):
    """Give the status and the JSON-able body for a request."""
    url = urlsplit(path)
    if url.path == "/version":
        return 200, {"version": version}
    if url.path == "/":
        return 200, {item: str(price) for item, price in catalogue.PRICES.items()}
    if url.path == "/total":
        return _total(parse_qsl(url.query))
    return 404, {"error": f"there is nothing at {url.path}"}


def _total(query):
    try:
        return 200, {"total": str(catalogue.total({item: int(count) for item, count in query}))}
    except catalogue.UnknownItem as error:
        return 404, {"error": f"we do not sell {error.args[0]}"}
    except ValueError:
        return 400, {"error": "how many? write it as a number"}


def make_server(host, port, version):
    """Make the server; port 0 lets the system choose one."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            status, body = answer(self.path, version)
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    return ThreadingHTTPServer((host, port), Handler)

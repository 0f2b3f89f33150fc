import json
import threading
import unittest
import urllib.request

from shop import web


class Answers(unittest.TestCase):
    def test_the_catalogue_has_prices(self):
        self.assertEqual(web.answer("/", "1.0")[1]["bread"], "3.20")

    def test_a_basket_is_added_up(self):
        self.assertEqual(web.answer("/total?cheese=3", "1.0"), (200, {"total": "23.55"}))

    def test_a_wrong_number_is_refused(self):
        self.assertEqual(web.answer("/total?cheese=many", "1.0")[0], 400)

    def test_an_unknown_page_is_not_found(self):
        self.assertEqual(web.answer("/nowhere", "1.0")[0], 404)


class Server(unittest.TestCase):
    def test_it_tells_its_version_over_http(self):
        server = web.make_server("127.0.0.1", 0, "1.0+abc")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)

        with urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}/version", timeout=5) as response:
            self.assertEqual(json.load(response), {"version": "1.0+abc"})

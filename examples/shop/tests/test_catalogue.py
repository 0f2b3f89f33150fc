import unittest
from decimal import Decimal

from shop import catalogue


class Total(unittest.TestCase):
    def test_a_small_basket_pays_for_delivery(self):
        self.assertEqual(catalogue.total({"apple": 2}), Decimal("4.90"))

    def test_a_large_basket_is_delivered_for_nothing(self):
        self.assertEqual(catalogue.total({"cheese": 3}), Decimal("23.55"))

    def test_an_empty_basket_costs_nothing(self):
        self.assertEqual(catalogue.total({}), Decimal("0"))

    def test_what_is_not_for_sale_is_named(self):
        with self.assertRaisesRegex(catalogue.UnknownItem, "unicorn"):
            catalogue.total({"unicorn": 1})

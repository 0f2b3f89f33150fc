"""What is for sale, and what a basket of it costs."""

from decimal import Decimal

PRICES = {"apple": Decimal("0.50"), "bread": Decimal("3.20"), "cheese": Decimal("7.85")}
FREE_DELIVERY_FROM = Decimal("20")
DELIVERY = Decimal("3.90")


class UnknownItem(LookupError):
    """Nothing of that name is for sale."""


def price(item):
    """Give the price of one item."""
    try:
        return PRICES[item]
    except KeyError:
        raise UnknownItem(item) from None


def total(basket):
    """Give what a basket costs, delivery included; *basket* maps items to how many of them."""
    if not basket:
        return Decimal("0.00")
    goods = sum(price(item) * count for item, count in basket.items())
    return goods if goods >= FREE_DELIVERY_FROM else goods + DELIVERY

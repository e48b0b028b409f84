"""Answers five questions about the retail export's customers, from the file alone.

A referee for test/accept/retail-segments.test.ts: it shares no code with Hilo, and needs only the standard library of Python 3.

    python3 retail_answers.py ONLINE_RETAIL_CSV_GZ AS_OF [SHIFT_MS]

AS_OF is an instant such as 2011-12-10T00:00:00Z, on a clock that is SHIFT_MS milliseconds ahead of the shop's. Prints one JSON
object: for each question, the sorted customers as "user_id:12346", or "anonymous_id:536414" for an order without a customer.
"""

import csv
import gzip
import json
import sys
from collections import defaultdict
from datetime import datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal

CAKE_STAND, TEACUP = "22423", "22699"
PENNY = Decimal("0.01")


def moment_of(text):
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=timezone.utc)


def invoices_of(path):
    """Invoices by their number, each with its lines. A line that repeats an earlier one in every column counts once."""
    invoices, seen = {}, set()
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            whole = tuple(line.values())
            if whole not in seen:
                seen.add(whole)
                invoices.setdefault(line["InvoiceNo"], []).append(line)
    return invoices


class Customer:
    def __init__(self):
        self.orders = []  # (time, revenue, products)
        self.countries = []  # (time, country)


def customers_of(path, as_of):
    """Customers with what they did up to the moment. Orders have numbers; refunds begin with C and say only a country."""
    customers = defaultdict(Customer)
    for number, lines in invoices_of(path).items():
        is_order = number.isdigit()
        if not is_order and not number.startswith("C"):
            continue
        sold = [
            line
            for line in lines
            if Decimal(line["UnitPrice"]) > 0 and (int(line["Quantity"]) > 0 or not is_order)
        ]
        time = moment_of(lines[0]["InvoiceDate"])
        if not sold or time > as_of:
            continue
        known = sold[0]["CustomerID"].removesuffix(".0")
        customer = customers[f"user_id:{known}" if known else f"anonymous_id:{number}"]
        if known:
            customer.countries.append((time, lines[0]["Country"]))
        if is_order:
            revenue = sum(int(line["Quantity"]) * Decimal(line["UnitPrice"]) for line in sold)
            products = {line["StockCode"] for line in sold}
            customer.orders.append((time, revenue.quantize(PENNY, ROUND_HALF_UP), products))
    return customers


def country_of(customer):
    return max(enumerate(customer.countries), key=lambda one: (one[1][0], one[0]))[1][1] if customer.countries else None


def answers(customers, as_of):
    def within(customer, days):
        return [order for order in customer.orders if order[0] > as_of - timedelta(days=days)]

    def bought_both(customer):
        return any(
            CAKE_STAND in first[2] and TEACUP in second[2] and second[0] - timedelta(days=30) < first[0] < second[0]
            for first in customer.orders
            for second in customer.orders
        )

    questions = {
        "three-orders": lambda one: len(within(one, 90)) >= 3,
        "thousand-pounds": lambda one: sum(order[1] for order in within(one, 365)) >= 1000,
        "lapsed": lambda one: bool(one.orders) and not within(one, 180),
        "germans": lambda one: len(one.orders) >= 2 and country_of(one) == "Germany",
        "cake-stand-then-teacup": bought_both,
        "autumn": lambda one: sum(datetime(2011, 9, 1, tzinfo=timezone.utc) <= order[0] for order in one.orders) >= 3,
        "summer": lambda one: any(
            datetime(2011, 6, 1, tzinfo=timezone.utc) <= order[0] < datetime(2011, 9, 1, tzinfo=timezone.utc)
            for order in one.orders
        ),
    }
    return {
        name: sorted(key for key, customer in customers.items() if holds(customer))
        for name, holds in questions.items()
    }


def main(path, as_of, shift_ms="0"):
    moment = datetime.fromisoformat(as_of.replace("Z", "+00:00")) - timedelta(milliseconds=int(shift_ms))
    print(json.dumps(answers(customers_of(path, moment), moment)))


main(*sys.argv[1:])

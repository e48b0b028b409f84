"""Sends every kind of call with Segment's own library: send_segment.py HOST WRITE_KEY."""
import datetime
import sys

import segment.analytics as analytics

analytics.host, analytics.write_key = sys.argv[1:3]
errors = []
analytics.on_error = lambda error, items: errors.append(str(error))

when = datetime.datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=datetime.timezone.utc)
analytics.track("u", "Order Completed", {"revenue": 9.5, "day": when.date()}, timestamp=when)
analytics.identify("u", {"email": "u@shop.example", "name": "Zoë"})
analytics.page(anonymous_id="a", category="Shop", name="Home")
analytics.screen(anonymous_id="a", name="Basket")
analytics.group("u", "g", {"name": "Group"})
analytics.alias("a", "u")
for number in range(94):
    analytics.track("u", f"Step {number}", {"number": number})
analytics.shutdown()
if errors:
    sys.exit("\n".join(errors))

"""Ids of their own type, so that a customer's number can't be passed for an order's."""

from typing import NewType

StoreId = NewType("StoreId", int)
"""Ours: one installation on one remote store."""

SegmentId = NewType("SegmentId", int)
PlanId = NewType("PlanId", int)
DeliveryId = NewType("DeliveryId", int)
"""Ours: the row in the inbox, not the platform's id of the delivery."""

CustomerId = NewType("CustomerId", int)
"""The platform's number. It may exceed 2^53: never a float, never a JavaScript number."""

OrderId = NewType("OrderId", int)
LineId = NewType("LineId", int)
RefundId = NewType("RefundId", int)
ProductId = NewType("ProductId", int)

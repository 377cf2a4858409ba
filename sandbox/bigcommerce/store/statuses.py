"""The fifteen statuses of an order: their ids are fixed, their labels are the merchant's to change."""

NAMES = {
    0: "Incomplete",
    1: "Pending",
    2: "Shipped",
    3: "Partially Shipped",
    4: "Refunded",
    5: "Cancelled",
    6: "Declined",
    7: "Awaiting Payment",
    8: "Awaiting Pickup",
    9: "Awaiting Shipment",
    10: "Completed",
    11: "Awaiting Fulfillment",
    12: "Manual Verification Required",
    13: "Disputed",
    14: "Partially Refunded",
}
DESCRIPTIONS = {
    0: "An incomplete order happens when a shopper reached the payment page, but did not complete the transaction.",
    1: "Customer started the checkout process, but did not complete it.",
    2: "Order has been shipped, but receipt has not been confirmed.",
    3: "Only some items in the order have been shipped, due to some products being pre-order only or other reasons.",
    4: "Seller has used the Refund action.",
    5: "Seller has cancelled an order, due to a stock inconsistency or other reasons.",
    6: "Seller has marked the order as declined for lack of manual payment, or other reasons.",
    7: "Customer has completed checkout process, but payment has yet to be confirmed.",
    8: "Order has been packaged and is awaiting customer pickup from a seller-specified location.",
    9: "Order has been pulled and packaged, and is awaiting collection from a shipping provider.",
    10: "Client has paid for their digital product and their file(s) are available for download.",
    11: "Customer has completed the checkout process and payment has been confirmed.",
    12: "Order on hold while some aspect needs to be manually confirmed.",
    13: "Customer has initiated a dispute resolution process for the PayPal transaction that paid for the order.",
    14: "Seller has partially refunded the order.",
}
INCOMPLETE, PENDING, SHIPPED, REFUNDED, CANCELLED, AWAITING_PAYMENT = 0, 1, 2, 4, 5, 7
COMPLETED, AWAITING_FULFILLMENT, PARTIALLY_REFUNDED = 10, 11, 14

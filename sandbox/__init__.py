"""A pretend Shopify over HTTP: many shops in one process, for the demo, the tests and the bench.

Here belongs what the remote platform does: its API, its limits, its webhooks, its lies and its
failures, and the two pages on which a person plays merchant and customer.  What the product does
with any of it does not belong here: nothing in this package imports the product.
"""

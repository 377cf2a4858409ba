"""What happens in a shop: buying, paying, refunding, cancelling, tagging. Verbs, each under the shop's lock.

A verb changes the shop and says, by ``webhooks.announce``, what the app may hear about it.
"""

"""The developer's account: checkouts and subscriptions that merchants pay with their own invoice."""

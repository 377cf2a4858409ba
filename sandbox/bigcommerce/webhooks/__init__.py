"""Thin webhooks: what is announced, how it is sent and retried, when a domain is blocked or a hook switched off."""

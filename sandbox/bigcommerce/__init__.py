"""A pretend BigCommerce: stores, their REST and GraphQL APIs, thin webhooks, signing in, the control panel.

It shares the sandbox's clock, people and goods with its neighbour, and nothing of its API.
"""

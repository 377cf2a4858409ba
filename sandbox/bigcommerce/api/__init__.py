"""The REST and GraphQL management API of a store, as apps see it."""

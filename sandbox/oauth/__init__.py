"""Installing and signing in: ID tokens, signed addresses, the token endpoint."""

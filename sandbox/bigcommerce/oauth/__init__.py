"""Installing and signing in: codes and tokens of the login host, signed payloads, and going away again."""

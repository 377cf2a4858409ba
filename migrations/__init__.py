"""How the database came to be as it is: Alembic revisions, each frozen once it has been released."""

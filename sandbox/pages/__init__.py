"""Two pages for people: the admin's frame around the app, and the shop window."""

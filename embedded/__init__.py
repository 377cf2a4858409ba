"""The servers and processes of one machine, as foreground children that never outlive their owner.

Here belongs: PostgreSQL and Valkey from their wheels, the start and end of our own processes, the demo.
Not here: anything of the product. This package imports nothing of plugin/ and talks to it over HTTP only.
"""

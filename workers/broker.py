"""The queue in Redis as this app needs it: it rings, and what must not be lost is in PostgreSQL."""

from kombu.transport import redis


class Channel(redis.Channel):
    """A channel that never puts an unfinished message back: the scan rings again for whatever waits.

    Kombu puts it back on a connection that is gone by then, and the worker ends with that error.
    """

    ack_emulation = False
    do_restore = False


class Transport(redis.Transport):
    """Kombu's Redis transport with that channel."""

    Channel = Channel

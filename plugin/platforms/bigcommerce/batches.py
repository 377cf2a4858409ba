"""Writing to many customers in few calls: whom a batch is refused for is found out one by one."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from plugin.domain.errors import PlatformError, PlatformRefused
from plugin.platforms.http import CallFailed

One = TypeVar("One")
Result = TypeVar("Result")


def in_batches(
    things: Sequence[One],
    at_once: int,
    write: Callable[[Sequence[One]], Sequence[Result]],
    failed: Callable[[One, PlatformError], Result],
) -> list[Result]:
    """A result for each in the order given, up to the first call that met a trouble which is the store's.

    ``write`` makes a result for each of its batch; it raises PlatformRefused for one that has to be written one by
    one, and a CallFailed that was sent where nobody knows what was done. ``failed`` makes the result of a thing that
    was refused alone, or whose call got no answer: those are the last. So are those of a refused batch that were not
    written again because of a trouble: nobody promises that a refused call did nothing. Any other trouble (throttled,
    token dead, store away) is raised only if nothing was done before it; the caller comes again with the rest.
    """
    results: list[Result] = []
    alone = 0  # So many are still to be written one by one.
    while batch := things[len(results) : len(results) + (1 if alone else at_once)]:
        try:
            results += write(batch)
        except PlatformRefused as error:
            if len(batch) > 1:
                alone = len(batch)
                continue
            results.append(failed(batch[0], error))
        except PlatformError as error:
            if was_sent(error) or alone:
                lost = CallFailed(error.message, sent=True)
                return results + [failed(each, lost) for each in things[len(results) :][: alone or len(batch)]]
            if not results:
                raise
            return results
        alone = max(0, alone - len(batch))
    return results


def was_sent(error: PlatformError) -> bool:
    """Whether what failed may have been done all the same."""
    return isinstance(error, CallFailed) and error.sent


@contextmanager
def behind(written: object) -> Iterator[None]:
    """A trouble of the store's in here is one without an answer where something was ``written`` before: nobody may
    take it for untouched. What is refused stays refused."""
    try:
        yield
    except PlatformRefused:
        raise
    except PlatformError as error:
        if not written:
            raise
        raise CallFailed(error.message, sent=True) from error

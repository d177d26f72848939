"""Writers that take turns."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep

REST_AT_MOST_SECONDS = 0.02


@contextmanager
def resting_after() -> Iterator[None]:
    """A write, and as long a rest after it: SQLite keeps no queue, so who writes on and on shuts out all."""
    began = monotonic()
    yield
    sleep(min(monotonic() - began, REST_AT_MOST_SECONDS))

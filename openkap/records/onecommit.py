"""Many submitters, one commit: while one group is being written the next one gathers."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from queue import Empty, Full, Queue
from threading import Lock, Thread
from typing import Generic, TypeVar

from django.db import DatabaseError, close_old_connections, connection, transaction

Row = TypeVar("Row")

WAITING_SUBMISSIONS = 1_000
ROWS_A_COMMIT = 500
IDLE_SECONDS = 2.0
PATIENCE_SECONDS = 30.0


class Busy(RuntimeError):
    """Too many submitters are waiting, so this one was turned away and nothing of it was stored."""


Outcome = list[Row] | Exception
"""What became of rows that were submitted together: they are stored, or the reason why none of them is."""
Group = list[tuple[Sequence[Row], Future[Outcome[Row]]]]


class OneCommit(Generic[Row]):
    """Groups what several threads submit into one transaction; each hears back only after the commit.

    The writing thread is started by the first submission and ends when nobody has come for a while.
    """

    def __init__(self, store: Callable[[Sequence[Sequence[Row]]], Sequence[Outcome[Row]]]) -> None:
        self._store = store
        self._queue: Queue[Group[Row]] = Queue(WAITING_SUBMISSIONS)
        self._lock = Lock()
        self._thread: Thread | None = None

    def submit(self, submissions: Sequence[Sequence[Row]]) -> list[Outcome[Row]]:
        """What became of each: all of its rows are stored, or none. Waits for the commit."""
        group: Group[Row] = [(rows, Future()) for rows in submissions]
        with self._lock:
            try:
                self._queue.put_nowait(group)
            except Full:
                raise Busy("Too many readings are waiting to be stored; send these again.") from None
            if self._thread is None or not self._thread.is_alive():
                self._thread = Thread(target=self._write, name="one-commit", daemon=True)
                self._thread.start()
        return [waiting.result(PATIENCE_SECONDS) for _, waiting in group]

    def _write(self) -> None:
        try:
            for group in self._groups():
                close_old_connections()
                try:
                    self._commit(group)
                finally:
                    _let_go(group)
        finally:
            connection.close()

    def _groups(self) -> Iterator[Group[Row]]:
        while True:
            try:
                group = list(self._queue.get(timeout=IDLE_SECONDS))
            except Empty:
                with self._lock:
                    if self._queue.empty():
                        self._thread = None
                        return
                continue
            while sum(len(rows) for rows, _ in group) < ROWS_A_COMMIT and not self._queue.empty():
                group += self._queue.get_nowait()
            yield group

    def _commit(self, group: Group[Row]) -> None:
        """One commit for the group; if the database refuses it, one for each: nobody fails for another."""
        try:
            with transaction.atomic():
                outcomes = self._store([rows for rows, _ in group])
        except DatabaseError as fault:
            if len(group) == 1:
                group[0][1].set_result(fault)
                return
            for one in group:
                self._commit([one])
            return
        for (_, waiting), outcome in zip(group, outcomes, strict=True):
            waiting.set_result(outcome)


def _let_go(group: Group[Row]) -> None:
    """Nobody waits for ever because of a fault of ours."""
    for _, waiting in group:
        if not waiting.done():
            waiting.set_result(RuntimeError("The writer of readings failed; nothing of this was stored."))

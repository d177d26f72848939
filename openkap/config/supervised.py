"""A child process that is started again when it ends, until its supervisor ends."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

AGAIN_AFTER_SECONDS = 1.0
ENDS_WITHIN_SECONDS = 10


class Supervised:
    """One module run as a child of this process."""

    def __init__(self, module: str) -> None:
        self.module = module
        self._ending = threading.Event()
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._watch, name=f"supervises {module}", daemon=True)

    @property
    def pid(self) -> int | None:
        """Of the child that runs now."""
        return self._child.pid if self._child else None

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End the child and do not start it again."""
        self._ending.set()
        with self._lock:
            if self._child is not None:
                self._child.terminate()
        self._thread.join(ENDS_WITHIN_SECONDS)

    def _watch(self) -> None:
        while True:
            with self._lock:
                if self._ending.is_set():
                    return
                self._child = subprocess.Popen([sys.executable, "-m", self.module])
            code = self._child.wait()
            if self._ending.wait(AGAIN_AFTER_SECONDS):
                return
            print(f"openkap: {self.module} ended ({code}) and is started again", file=sys.stderr, flush=True)


@contextmanager
def supervised(module: str) -> Iterator[Supervised]:
    """The module runs as long as the block does."""
    one = Supervised(module)
    one.start()
    try:
        yield one
    finally:
        one.stop()

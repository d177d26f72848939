"""A child that ends is started again, and ends for good with its supervisor."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from openkap.config import supervised as module
from openkap.config.supervised import supervised

CHILD = """
import os, pathlib, time
log = pathlib.Path(__file__).with_name("starts")
log.write_text(log.read_text() + f"{os.getpid()}\\n" if log.exists() else f"{os.getpid()}\\n")
time.sleep(60)
"""


def starts(folder: Path, count: int) -> list[int]:
    """The processes that were started, once there are so many."""
    for _ in range(600):
        told = (folder / "starts").read_text().split() if (folder / "starts").exists() else []
        if len(told) >= count:
            return [int(one) for one in told]
        time.sleep(0.05)
    raise AssertionError(f"{count} starts were expected, there were {told}")


def test_a_killed_child_is_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """It is said aloud; at the end no child is left."""
    (tmp_path / "a_child.py").write_text(CHILD, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), *sys.path]))
    monkeypatch.setattr(module, "AGAIN_AFTER_SECONDS", 0.01)
    with supervised("a_child") as child:
        (first,) = starts(tmp_path, 1)
        assert child.pid == first
        os.kill(first, signal.SIGKILL)
        second = starts(tmp_path, 2)[1]
        assert second != first
    with pytest.raises(ProcessLookupError):
        os.kill(second, 0)
    assert "a_child ended (-9) and is started again" in capfd.readouterr().err

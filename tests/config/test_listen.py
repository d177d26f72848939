"""openkap listen: what is refused before anything is opened."""

import signal
import socket
import subprocess
import sys
import time

import pytest

from openkap.config import cli
from tests.records.process import ROOT, environment, migrated


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (["--host", "0.0.0.0"], "in the clear"),
        (["--cert", "a.pem"], "all three"),
        (["--cert", "a", "--key", "b", "--client-ca", "c"], "cannot be used"),
        (["--sdc", "http://192.0.2.7:1/x"], "https"),
        (["--sdc", "ftp://127.0.0.1/x"], "https"),
        (["--sdc", "https://192.0.2.7:1/x"], "--cert"),
    ],
)
def test_what_cannot_be_listened_with(capsys, typed, says):
    """One sentence, exit status 2."""
    assert cli.main(["listen", *typed]) == cli.UNUSABLE
    assert says in capsys.readouterr().err


def test_without_its_library_sdc_says_how_to_get_it(capsys, monkeypatch):
    """And the listener needs none of it: nothing of it is imported by the rest."""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert cli.main(["listen", "--sdc", "http://127.0.0.1:1/x"]) == cli.UNUSABLE
    assert "make sdc" in capsys.readouterr().err


def test_it_starts_without_sdc_installed_and_ends_at_a_signal(tmp_path):
    """The real command, where importing the library would fail; TERM ends it quietly, mid-message too."""
    migrated(tmp_path)
    program = (
        "import sys; sys.modules['sdc11073'] = None; sys.modules['lxml'] = None\n"
        "from openkap.config.cli import main; sys.exit(main())"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, "listen", "--port", "0"],
        env=environment(tmp_path), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    said = process.stdout.readline()
    assert "listening for HL7 v2" in said
    port = int(said.split("127.0.0.1:")[1].split()[0])
    with socket.create_connection(("127.0.0.1", port)) as link:
        link.sendall(b"\x0bMSH|half a message")
        time.sleep(0.5)
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, "")

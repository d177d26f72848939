"""The relay: its settings let nobody reach anything but other callers, and nobody else reads its secret."""

import stat
from pathlib import Path

import pytest

from openkap.config.commands.turn import _private, settings_of
from openkap.config.environment import read


def test_a_password_reaches_other_callers_and_nothing_else() -> None:
    """Every address is denied but the relay's own; loopback is a peer only of a relay on loopback."""
    lines = settings_of(Path("/home"), "203.0.113.5", "10.0.0.5", 3478, "s3cret")
    assert "denied-peer-ip=0.0.0.0-255.255.255.255" in lines
    assert [line for line in lines if line.startswith("allowed-peer-ip=")] == [
        "allowed-peer-ip=203.0.113.5",
        "allowed-peer-ip=10.0.0.5",
    ]
    assert "external-ip=203.0.113.5/10.0.0.5" in lines
    assert "allow-loopback-peers" not in lines
    assert "allow-loopback-peers" in settings_of(Path("/home"), "127.0.0.1", "127.0.0.1", 3478, "s")


def test_the_secret_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    """Also where a looser file lay before."""
    (tmp_path / "turnserver.conf").write_text("old")
    written = _private(tmp_path, "static-auth-secret=s3cret\n")
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    assert written.read_text() == "static-auth-secret=s3cret\n"


def test_relays_are_named_with_their_scheme() -> None:
    """Anything else would fail in a browser, in the middle of a session."""
    from django.core.exceptions import ImproperlyConfigured

    named = read({"OPENKAP_TURN": "turn:a.example:3478, turns:a.example:5349"})
    assert named.turn == ("turn:a.example:3478", "turns:a.example:5349")
    with pytest.raises(ImproperlyConfigured, match="OPENKAP_TURN"):
        read({"OPENKAP_TURN": "a.example"})

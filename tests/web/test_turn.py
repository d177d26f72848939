"""Names and passwords for the relay, as coturn works them out from the shared secret."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from openkap.web import turn


def test_a_name_says_when_it_runs_out_and_the_password_is_its_hmac() -> None:
    """By OpenSSL: printf 1778752800:openkap | openssl dgst -sha1 -hmac s3cret -binary | base64"""
    until = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
    assert turn.credentials("s3cret", until) == ("1778752800:openkap", "CpnXGKRVwlmrC9xWifOMLJ3ZLfY=")


def test_with_a_relay_nothing_goes_past_it(settings: Any) -> None:
    """Neither side learns where the other is."""
    settings.OPENKAP = replace(settings.OPENKAP, turn=("turn:turn.clinic.example:3478",))
    settings.TURN_SECRET = "s3cret"
    way = turn.way()
    assert way["iceTransportPolicy"] == "relay"
    assert way["iceServers"][0]["urls"] == ["turn:turn.clinic.example:3478"]


def test_without_a_relay_none_is_made_up() -> None:
    """No server of anybody else's is asked."""
    assert turn.way() == {"iceServers": []}

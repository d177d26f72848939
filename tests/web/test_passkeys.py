"""The door of a passkey without a browser: how long a challenge lasts, and whom failures pause."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from openkap.web import passkeys

pytestmark = pytest.mark.django_db
ANSWER = {"form": "passkey", "answer": "{}", "credential": "none"}
TOO_LATE, WRONG = "took too long", "This passkey opens nothing here"


@pytest.fixture(autouse=True)
def no_tries() -> None:
    cache.clear()


def asked(client: Client, *, ago: timedelta) -> None:
    """The browser was given a challenge some time ago."""
    assert client.post("/sign-in/passkey/begin/").status_code == 200
    session = client.session
    session[passkeys.ASKED] = session[passkeys.ASKED] | {"at": (datetime.now(UTC) - ago).isoformat()}
    session.save()


@pytest.mark.parametrize(
    ("ago", "says"),
    [
        (passkeys.ASKED_LASTS - timedelta(seconds=30), WRONG),
        (passkeys.ASKED_LASTS + timedelta(seconds=1), TOO_LATE),
    ],
)
def test_a_challenge_lasts_minutes(client: Client, ago: timedelta, says: str) -> None:
    """In its time the answer is looked at; later it is not, whatever it says."""
    asked(client, ago=ago)
    answer = client.post("/sign-in/passkey/", ANSWER)
    assert answer.status_code == 400
    assert says in answer.content.decode()


def test_a_wrong_answer_uses_its_challenge_up(client: Client) -> None:
    asked(client, ago=timedelta(0))
    assert WRONG in client.post("/sign-in/passkey/", ANSWER).content.decode()
    assert TOO_LATE in client.post("/sign-in/passkey/", ANSWER).content.decode()


@pytest.mark.parametrize(("failures", "paused"), [(49, False), (50, True)])
def test_failures_pause_their_address_alone(failures: int, paused: bool) -> None:
    """Fifty, not ten: a whole clinic may come from one address. Another address goes on."""
    for _ in range(failures):
        Client(REMOTE_ADDR="198.51.100.7").post("/sign-in/passkey/", ANSWER)
    there = Client(REMOTE_ADDR="198.51.100.7").post("/sign-in/passkey/", ANSWER).content.decode()
    assert ("too many tries" in there) is paused
    assert "too many tries" not in Client().post("/sign-in/passkey/", ANSWER).content.decode()

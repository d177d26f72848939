"""Two hundred private notes, and every address asked by everybody: no word of them comes back."""

import re
import secrets

import pytest
from django.test import Client

from openkap.actions import notes
from openkap.records.policy import principal_of
from tests.conftest import AT
from tests.policy.crawl import ask, routes
from tests.policy.house import House
from tests.policy.test_matrix import LEAVES, PEOPLE, values

COUNT = 200
WORD = re.compile(r"sealed-canary-\w+")
PASSPHRASE = "four words of mine"


@pytest.fixture
def noted(house: House) -> House:
    """The therapist of the north wrote them about somebody they care for, and has not finished one more."""
    who, chart = principal_of(house.users["north therapist"]), written_about(house)
    key, _ = notes.begin(who, passphrase=PASSPHRASE, again=PASSPHRASE, at=AT)
    for _ in range(COUNT):
        notes.seal(who, chart, at=AT, key=key, text=f"sealed-canary-{secrets.token_hex(8)}")
    notes.keep_draft(who, chart, key=key, text="sealed-canary-draft", at=AT)
    return house


def written_about(house: House) -> str:
    return house.teams["north therapist"]


def told(house: House, client: Client) -> list[str]:
    """Where a word of a note came back."""
    chart = next(one for one in house.charts if one.id == written_about(house))
    found = [route for route in routes() if route.pattern not in LEAVES]
    return [
        route.pattern
        for route in found
        if WORD.search(ask(client, "GET", route.address(**values(chart))).text)
    ]


@pytest.mark.parametrize("name", [name for name in PEOPLE if name.startswith("north")])
def test_nobody_reads_a_note(noted: House, name: str) -> None:
    """Nor does its author before they gave their passphrase."""
    client = Client()
    client.force_login(noted.users[name])
    assert told(noted, client) == []


def test_its_author_does(noted: House) -> None:
    """In one place, all of them: the search above can find."""
    client = Client()
    client.force_login(noted.users["north therapist"])
    page = f"/charts/{written_about(noted)}/notes/"
    client.post(f"{page}open/", {"form": "open", "passphrase": PASSPHRASE})
    assert len(set(WORD.findall(client.get(page).content.decode()))) == COUNT + 1
    assert told(noted, client) == ["charts/<uuid:chart>/notes/"]

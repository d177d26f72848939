"""A patient's journal, and every address asked by everybody: no word comes back before it is shared."""

import re
from uuid import uuid4

import pytest
from django.test import Client

from openkap.actions import journal
from openkap.records.policy import principal_of
from tests.conftest import AT
from tests.policy.crawl import ask, routes
from tests.policy.house import House
from tests.policy.test_matrix import LEAVES, PEOPLE, values

WRITER = "north patient one"
WORD = re.compile(r"journal-canary-\w+")


@pytest.fixture
def page(house: House) -> str:
    """The id of a page that was written and not shared."""
    made = str(uuid4())
    journal.keep(principal_of(house.users[WRITER]), page=made, text="journal-canary-alone", at=AT)
    return made


def told(house: House, name: str, page: str) -> set[str]:
    """Where a word of the journal came back, by reading and by sending."""
    client = Client()
    client.force_login(house.users[name])
    chart = next(one for one in house.charts if one.id == str(house.users[WRITER].chart))
    found = [route for route in routes() if route.pattern not in LEAVES and "drop" not in route.pattern]
    return {
        route.pattern
        for route in found
        for method in ("GET", "POST")
        if WORD.search(ask(client, method, route.address(**values(chart) | {"page": page})).text)
    }


@pytest.mark.parametrize("name", [name for name in PEOPLE if name.startswith("north") and name != WRITER])
def test_nobody_else_reads_a_page(house: House, page: str, name: str) -> None:
    """Whatever their role, and though they know its address."""
    assert told(house, name, page) == set()


def test_its_writer_does(house: House, page: str) -> None:
    """On the list, on the page, and in what they take along: the search above can find."""
    assert {"me/journal/", "me/journal/<uuid:page>/"} <= told(house, WRITER, page)

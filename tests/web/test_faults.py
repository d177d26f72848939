"""What goes wrong outside any view still gets a page of ours."""

from collections.abc import Callable

import pytest
from django.test import Client

from openkap.web import board
from tests.web.test_board import words_of

pytestmark = pytest.mark.django_db
Roles = Callable[[str], Client]


def test_a_form_without_its_token_is_not_taken(client: Client) -> None:
    """403 in plain words."""
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/sign-in/", {"form": "sign-in", "username": "x", "password": "y"})
    assert response.status_code == 403
    assert "This was not recorded" in words_of(response)


def test_a_fault_of_ours_says_what_to_do_and_nothing_more(
    as_role: Roles, monkeypatch: pytest.MonkeyPatch
) -> None:
    """500 names the address, never the fault's own words."""

    def fails(*_: object) -> None:
        raise RuntimeError("a secret of the inside")

    monkeypatch.setattr(board.records, "board", fails)
    client = as_role("prescriber")
    client.raise_request_exception = False
    response = client.get("/board/")
    assert response.status_code == 500
    assert "Something broke on our side" in words_of(response)
    assert "secret of the inside" not in response.content.decode()

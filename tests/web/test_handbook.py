"""The handbook on screen: the contents lead to every chapter, and each shows its lines."""

from collections.abc import Callable

import pytest
from django.test import Client

from openkap.reports.handbook import handbook
from tests.clinical.charts import adopted

pytestmark = pytest.mark.django_db
Roles = Callable[[str], Client]


def test_every_chapter_has_a_page(as_role: Roles) -> None:
    """As many lines as the content has; a chapter that is none is absent."""
    client = as_role("therapist")
    contents = client.get("/protocol/handbook/").content.decode()
    for chapter in handbook(adopted()).chapters:
        assert f"/protocol/handbook/{chapter.id}/" in contents
        page = client.get(f"/protocol/handbook/{chapter.id}/").content.decode()
        assert page.count("k-finding__says") == sum(len(part.lines) for part in chapter.sections)
    assert client.get("/protocol/handbook/nothing/").status_code == 404


def test_the_paper_copy_is_one_tap_away(as_role: Roles) -> None:
    """A PDF that opens in the browser."""
    client = as_role("auditor")
    assert "/protocol/handbook.pdf" in client.get("/protocol/handbook/").content.decode()
    paper = client.get("/protocol/handbook.pdf")
    assert paper["Content-Type"] == "application/pdf" and paper.content.startswith(b"%PDF-")

"""Browsers without a browser: Django's client signed in as each role."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from tests.web.course import Course


@pytest.fixture
def course(people: dict[str, object], open_chart: Callable[..., str]) -> Course:
    """A new chart, and the people who can carry it on."""
    began = datetime.now(UTC) - timedelta(minutes=5)
    return Course(people, open_chart(at=began), began)


@pytest.fixture
def as_role(people: dict[str, object], clinic: object) -> Callable[[str], Client]:
    """A signed-in client for a role of the clinic."""
    from openkap.records.models import User

    def signed_in(role: str) -> Client:
        client = Client()
        client.force_login(User.objects.get(id=people[role].user))
        return client

    return signed_in


@pytest.fixture
def patient_of(clinic: object) -> Callable[[str], Client]:
    """A signed-in client for the patient of a chart."""
    from openkap.records.accounts import create_user

    def signed_in(chart: str) -> Client:
        client = Client()
        client.force_login(
            create_user(f"patient-{chart}", name="Ada Berg", role="patient", clinic=clinic, chart=chart)
        )
        return client

    return signed_in

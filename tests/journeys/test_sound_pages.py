"""Every page of these rooms in light and dark, on a desk and on a phone, with axe looking on."""

from typing import Any

import pytest

from tests.browser import Demo
from tests.journeys.walk import faults_of

pytestmark = pytest.mark.browser

OF_A_CHART = [
    ("prescriber", "preparation", "preparation/"),
    ("therapist", "preparation", "preparation/consent/ketamine-treatment/"),
    ("prescriber", "preparation", "team/"),
    ("prescriber", "dosing", "visits/"),
    ("therapist", "integration", "integration/"),
    ("monitor", "integration", "integration/"),
    ("prescriber", "maintenance", "maintenance/"),
    ("auditor", "maintenance", "maintenance/"),
    ("therapist", "integration", "messages/"),
    ("prescriber", "maintenance", "scores/"),
    ("monitor", "maintenance", "scores/cssrs/"),
    ("monitor", "maintenance", "scores/phq9/result/"),
]
OF_THE_CLINIC = (
    ("therapist", "/integration/calendar/"),
    ("therapist", "/enter/"),
    ("therapist", "/integration/coverage/"),
    ("manager", "/integration/coverage/"),
)
OF_A_PATIENT = (
    "",
    "record/",
    "help/",
    "intention/",
    "practice/",
    "reminders/",
    "days/",
    "messages/",
    "journal/",
    "journal/6d4f5f3e-98d4-4b9e-9f6a-1d1f3c5b7a90/",
    "practice/slow-breathing/",
    "forms/phq9/",
    "consent/ketamine-treatment/",
)


@pytest.mark.parametrize(("role", "stage", "page"), OF_A_CHART)
def test_staff_pages_are_sound(chromium: Any, demo: Demo, role: str, stage: str, page: str) -> None:
    """No violation, no sideways scrolling, no error in the console, for whoever writes and whoever reads."""
    assert faults_of(chromium, demo, role, f"<chart>{page}", stage=stage) == []


@pytest.mark.parametrize(("role", "page"), OF_THE_CLINIC)
def test_pages_of_the_clinic_are_sound(chromium: Any, demo: Demo, role: str, page: str) -> None:
    """The same for pages about no one person."""
    assert faults_of(chromium, demo, role, page) == []


@pytest.mark.parametrize("page", OF_A_PATIENT)
def test_the_patients_pages_are_sound(chromium: Any, demo: Demo, page: str) -> None:
    """The same for the one who reads them tired, on a phone, at night."""
    assert faults_of(chromium, demo, "patient", f"/me/{page}") == []

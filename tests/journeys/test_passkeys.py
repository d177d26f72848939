"""Passkeys in a real browser with a virtual device: made, used, taken away; copies and replays refused."""

from typing import Any
from urllib.parse import parse_qsl

import pytest

from tests.browser import Demo
from tests.journeys.walk import Walk, said

pytestmark = pytest.mark.browser
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
OPENS_NOTHING = "This passkey opens nothing here"


class Phone:
    """A browser with a device that makes passkeys, and one made for a role."""

    def __init__(self, walk: Walk, role: str, *, named: str = "my phone") -> None:
        self.walk, self.page = walk, walk.tab(role)
        self.address = walk.demo.address
        self.cdp = self.page.context.new_cdp_session(self.page)
        self.cdp.send("WebAuthn.enable")
        made = self.cdp.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
        self.device = {"authenticatorId": made["authenticatorId"]}
        walk.to(role, "/passkeys/")
        self.page.get_by_label("What is this device called?").fill(named)
        walk.press(self.page, "Add a passkey")
        assert f"{named}, since" in said(self.page)
        walk.look(self.page)

    def out(self) -> None:
        self.page.goto(f"{self.address}/passkeys/")
        self.walk.press(self.page, "Sign out")

    def comes_in(self) -> None:
        self.page.goto(f"{self.address}/sign-in/")
        self.walk.press(self.page, "Sign in with a passkey")


@pytest.fixture
def walk(chromium: Any, demo: Demo) -> Any:
    made = Walk(chromium, demo)
    yield made
    made.close()
    assert made.faults == []


@pytest.mark.parametrize(("role", "first"), [("therapist", "/board/"), ("patient", "/me/")])
def test_made_used_and_taken_away(walk: Walk, role: str, first: str) -> None:
    """Without a name or a password; what was taken away opens nothing, and says no more than that."""
    phone = Phone(walk, role)
    phone.out()
    phone.comes_in()
    assert phone.page.url == f"{phone.address}{first}"
    phone.page.goto(f"{phone.address}/passkeys/")
    assert "used" in said(phone.page)
    with phone.page.expect_navigation():
        phone.page.get_by_role("button", name="Take it away").click()
    assert "None yet" in said(phone.page)
    phone.out()
    phone.comes_in()
    assert OPENS_NOTHING in said(phone.page)


def test_a_device_that_does_not_know_who_holds_it_signs_nothing(walk: Walk) -> None:
    """Finger, face or code each time: somebody else's hand is not enough."""
    phone = Phone(walk, "monitor")
    phone.out()
    phone.cdp.send("WebAuthn.setUserVerified", phone.device | {"isUserVerified": False})
    phone.page.goto(f"{phone.address}/sign-in/")
    phone.page.get_by_role("button", name="Sign in with a passkey").click()
    phone.page.get_by_text("Your device did not confirm it").wait_for()
    assert phone.page.url.endswith("/sign-in/")


def test_what_was_sent_once_is_worth_nothing_again(walk: Walk) -> None:
    """The very same answer from the same browser: its challenge was for one use."""
    phone = Phone(walk, "auditor")
    phone.out()
    phone.page.goto(f"{phone.address}/sign-in/")
    with phone.page.expect_request(lambda request: request.url.endswith("/sign-in/passkey/")) as sent:
        walk.press(phone.page, "Sign in with a passkey")
    assert "/sign-in/" not in phone.page.url
    phone.out()
    body = dict(parse_qsl(sent.value.post_data))
    body["csrfmiddlewaretoken"] = phone.page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    for _ in range(2):
        answer = phone.page.request.post(f"{phone.address}/sign-in/passkey/", form=body)
        assert answer.status == 400
    phone.page.goto(f"{phone.address}/passkeys/")
    assert "/sign-in/" in phone.page.url


def test_a_copy_is_found_by_its_count(walk: Walk) -> None:
    """A copy that counts from an earlier number than what was seen last is refused."""
    phone = Phone(walk, "manager")
    (copy,) = phone.cdp.send("WebAuthn.getCredentials", phone.device)["credentials"]
    for _ in range(3):
        phone.out()
        phone.comes_in()
    assert phone.page.url.endswith("/board/")
    phone.out()
    phone.cdp.send("WebAuthn.removeVirtualAuthenticator", phone.device)
    made = phone.cdp.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    phone.cdp.send("WebAuthn.addCredential", {"authenticatorId": made["authenticatorId"], "credential": copy})
    phone.comes_in()
    assert OPENS_NOTHING in said(phone.page)


def test_an_address_of_numbers_says_where_passkeys_work(chromium: Any, demo: Demo) -> None:
    """A browser makes none there; the page says so in our words, and what was typed stays."""
    by_numbers = Demo(demo.address.replace("localhost", "127.0.0.1"), demo.home)
    context = chromium.new_context()
    page = context.new_page()
    by_numbers.sign_in(page, "patient")
    page.goto(f"{by_numbers.address}/passkeys/")
    page.get_by_label("What is this device called?").fill("my phone")
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_text("Passkeys work where this address is a name").wait_for()
    assert page.get_by_label("What is this device called?").input_value() == "my phone"
    context.close()

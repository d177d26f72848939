"""Coming in and going out."""

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from openkap.records.accounts import create_clinic, create_user
from openkap.records.models import User
from openkap.web import signin

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough phrase"


@pytest.fixture(autouse=True)
def no_earlier_tries() -> None:
    cache.clear()


@pytest.fixture
def nurse() -> User:
    clinic = create_clinic("Harbour", time_zone="Europe/Lisbon")
    return create_user("nurse", name="Nia Nurse", role="monitor", clinic=clinic, password=PASSWORD)


def attempt(client: Client, password: str, **more: str) -> int:
    return client.post(
        "/sign-in/", {"form": "sign-in", "username": "nurse", "password": password, **more}
    ).status_code


def test_the_right_password_leads_to_the_first_page(client: Client, nurse: User) -> None:
    """Signed in, then on to the board."""
    assert attempt(client, PASSWORD) == 302
    assert client.get("/", follow=True).redirect_chain[-1][0] == "/board/"


def test_a_wrong_password_says_what_to_do_and_keeps_the_name(client: Client, nurse: User) -> None:
    """One sentence, and the name need not be typed again; the password is never sent back."""
    response = client.post("/sign-in/", {"form": "sign-in", "username": "nurse", "password": "wrong wrong"})
    page = response.content.decode()
    assert response.status_code == 400
    assert "This name and password do not go together" in page
    assert 'value="nurse"' in page and "wrong wrong" not in page


def test_too_many_tries_pause_that_account_from_that_address_alone(client: Client, nurse: User) -> None:
    """After the tenth failure even the right password waits there; from elsewhere it comes in."""
    for _ in range(10):
        assert attempt(client, "wrong wrong") == 400
    assert attempt(client, PASSWORD) == 400
    assert "_auth_user_id" not in client.session
    assert attempt(Client(REMOTE_ADDR="203.0.113.9"), PASSWORD) == 302


def test_nine_tries_do_not_pause(client: Client, nurse: User) -> None:
    """One below the limit, the right password still comes in."""
    for _ in range(9):
        attempt(client, "wrong wrong")
    assert attempt(client, PASSWORD) == 302


def test_after_the_pause_the_right_password_comes_in(
    client: Client, nurse: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pause ends by itself."""
    monkeypatch.setattr(signin, "PAUSE_S", 0)
    for _ in range(12):
        attempt(client, "wrong wrong")
    assert attempt(client, PASSWORD) == 302


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_signing_in_never_leads_away_from_here(client: Client, nurse: User, elsewhere: str) -> None:
    """An address of another place is dropped."""
    response = client.post(
        "/sign-in/", {"form": "sign-in", "username": "nurse", "password": PASSWORD, "next": elsewhere}
    )
    assert response["Location"] == "/"


def test_signing_in_leads_where_one_wanted_to_go(client: Client, nurse: User) -> None:
    """A page of ours is gone to."""
    wanted = {"form": "sign-in", "username": "nurse", "password": PASSWORD, "next": "/charts/?q=x"}
    assert client.post("/sign-in/", wanted)["Location"] == "/charts/?q=x"


def test_a_closed_account_stays_out(client: Client, nurse: User) -> None:
    """Whoever left the clinic does not come in with the old password."""
    nurse.is_active = False
    nurse.save()
    assert attempt(client, PASSWORD) == 400


def test_signing_out_needs_a_press(client: Client, nurse: User) -> None:
    """A link followed by accident ends nothing; the button does."""
    client.force_login(nurse)
    client.get("/sign-out/")
    assert client.get("/board/").status_code == 200
    client.post("/sign-out/")
    assert client.get("/board/").status_code == 302


@pytest.mark.parametrize(
    ("demonstration", "allowed", "status"),
    [(True, True, 302), (True, False, 404), (False, True, 404)],
)
def test_one_click_only_in_a_demonstration(
    client: Client, monkeypatch: pytest.MonkeyPatch, demonstration: bool, allowed: bool, status: int
) -> None:
    """Both the setting and the clinic must say so."""
    monkeypatch.setattr(settings, "DEMO", allowed)
    clinic = create_clinic("Shown", demonstration=demonstration)
    create_user("mara", name="Mara", role="prescriber", clinic=clinic)
    assert client.post("/demo/sign-in/mara/").status_code == status
    assert ("_auth_user_id" in client.session) == (status == 302)


def test_one_click_is_not_offered_outside_a_demonstration(client: Client, nurse: User) -> None:
    """The page names no account of a real clinic."""
    assert "Come in" not in client.get("/sign-in/").content.decode()


def test_one_click_is_a_press(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Opening the address signs nobody in."""
    monkeypatch.setattr(settings, "DEMO", True)
    create_user("mara", name="Mara", role="prescriber", clinic=create_clinic("Shown", demonstration=True))
    assert client.get("/demo/sign-in/mara/").status_code == 404


def test_the_watchdog_is_answered(client: Client) -> None:
    """200 once the database answers, for anybody."""
    assert client.get("/healthz").status_code == 200


def test_one_address_pauses_for_every_name(client: Client, nurse: User) -> None:
    """Guessing at fifty names from one line keeps that line out, and no other."""
    for number in range(50):
        client.post("/sign-in/", {"form": "sign-in", "username": f"n{number}", "password": "wrong wrong"})
    assert attempt(client, PASSWORD) == 400
    assert attempt(Client(REMOTE_ADDR="203.0.113.9"), PASSWORD) == 302


@pytest.mark.parametrize(("failures", "status"), [(99, 302), (100, 400)])
def test_one_account_pauses_for_every_address(nurse: User, failures: int, status: int) -> None:
    """A hundred tries at one name from anywhere pause that name; one fewer does not."""
    for number in range(failures):
        assert attempt(Client(REMOTE_ADDR=f"198.51.100.{number}"), "wrong wrong") == 400
    assert attempt(Client(REMOTE_ADDR="203.0.113.9"), PASSWORD) == status


@pytest.mark.parametrize(("elsewhere", "status"), [("2001:db8::9", 400), ("2001:db8:0:1::9", 302)])
def test_one_line_of_ipv6_is_one_address(nurse: User, elsewhere: str, status: int) -> None:
    """Fifty addresses of one /64 count together; the next /64 is somebody else."""
    for number in range(50):
        sent = {"form": "sign-in", "username": f"n{number}", "password": "wrong wrong"}
        Client(REMOTE_ADDR=f"2001:db8::1:{number}").post("/sign-in/", sent)
    assert attempt(Client(REMOTE_ADDR=elsewhere), PASSWORD) == status


def test_mapped_addresses_stay_apart() -> None:
    """An IPv4 address written as IPv6 is still that one address."""
    assert signin._network("::ffff:203.0.113.9") == signin._network("203.0.113.9") == "203.0.113.9"
    assert signin._network("") == ""

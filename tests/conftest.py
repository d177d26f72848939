"""Shared by every test: a home of its own, an encrypted test database, one clinic and its people."""

import dataclasses
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import hypothesis
import pytest

pytest_plugins = ("tests.filled", "tests.bedside", "tests.browser", "tests.tables")

# A busy machine is not a fault: how long an example takes is never what a test is about.
hypothesis.settings.register_profile("openkap", deadline=None)
hypothesis.settings.load_profile("openkap")

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
"""The moment most tests play at."""


def pytest_configure(config: pytest.Config) -> None:
    """Settings are loaded and no database is open yet: point everything that writes at a folder of ours."""
    from django.conf import settings

    home = Path(tempfile.mkdtemp(prefix="openkap-test-"))
    config.stash[_HOME] = home
    os.environ["OPENKAP_HOME"] = str(home)
    settings.OPENKAP = dataclasses.replace(
        settings.OPENKAP,
        home=home,
        key_file=home / "keys" / "openkap.key",
        secret_file=home / "keys" / "session.secret",
    )
    settings.SECRET_KEY = "only for tests"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    database = settings.DATABASES["default"]
    if database["ENGINE"] == "openkap.records.sqlcipher":
        database["NAME"] = home / "data" / "openkap.sqlite3"
        database["OPTIONS"]["key_file"] = settings.OPENKAP.key_file
        database.setdefault("TEST", {})["NAME"] = home / "data" / "test.sqlite3"
    else:
        database.setdefault("TEST", {})["NAME"] = f"test_openkap_{os.getpid()}"


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(config.stash[_HOME], ignore_errors=True)


_HOME = pytest.StashKey[Path]()


@pytest.hookimpl(trylast=True)  # behind the shuffle
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take long start first: begun last, one of them keeps a worker busy while the other has none.

    PostgreSQL before the browser, so that the second worker does not wait for the demonstration to be filled.
    """
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    first = (
        item.get_closest_marker("postgres") is not None,
        item.get_closest_marker("browser") is not None,
        item.path.parent.name == "policy",
    )
    return first.index(True) if any(first) else len(first)


@pytest.fixture(scope="session", autouse=True)
def _nothing_remembered() -> None:
    """`make mutate` runs the tests in forks of one process: what its first run remembered is forgotten here.

    Otherwise a changed line would never be reached, and the memory of the unchanged one would answer.
    """
    from openkap.clinical import sought
    from openkap.clinical.entries import kind
    from openkap.protocol.load import shipped
    from tests.clinical.charts import adopted

    for protocol in (shipped(), adopted()):
        protocol.memo.clear()
    for remembered in (kind._readers, sought._fields):
        remembered.cache_clear()


@pytest.fixture(autouse=True)
def _utc_again() -> Iterator[None]:
    """A page shows times in its clinic's zone and leaves the thread in it; the next test starts in UTC."""
    yield
    from django.utils import timezone

    timezone.deactivate()


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """The database's name is one process's own already; only flushing it needs a way past the triggers."""
    from django.db import connection

    from tests.records.walls import flush_statements

    plain = connection.ops.sql_flush
    connection.ops.sql_flush = lambda *args, **kwargs: flush_statements(connection, plain(*args, **kwargs))


@pytest.fixture
def clinic(db: None) -> object:
    """A demonstration clinic, whose medical director adopted the protocol as it ships."""
    from openkap.actions.protocol import adopt
    from openkap.records.accounts import create_clinic
    from openkap.records.policy import Principal

    made = create_clinic("Lakeside", demonstration=True, time_zone="Europe/Zurich")
    obi = Principal(user="obi", name="Dr Amara Obi", role="director", clinic=str(made.id))
    adopt(obi, signed_name=obi.name, at=datetime(2026, 1, 5, 9, 0, tzinfo=UTC))
    return made


@pytest.fixture
def people(clinic: object) -> dict[str, object]:
    """A principal of the clinic for each role but patient."""
    from openkap.records.accounts import create_user
    from openkap.records.policy import principal_of

    roles = ("director", "prescriber", "therapist", "monitor", "manager", "auditor")
    return {
        role: principal_of(create_user(f"{role}@test", name=role.title(), role=role, clinic=clinic))
        for role in roles
    }


@pytest.fixture
def open_chart(clinic: object) -> Callable[..., str]:
    """Opens a chart straight in the ledger; gives its id. Named arguments change the person."""
    from openkap.clinical.entries.person import ChartOpened
    from openkap.records.ledger import Draft, append

    def opened(*, at: datetime = AT, **person: object) -> str:
        chart = str(uuid4())
        facts = {
            "family_name": "Berg",
            "given_name": "Ada",
            "birth_date": date(1980, 1, 1),
            "sex": "female",
            "clinic": str(clinic.id),
            "synthetic": True,
        }
        append([Draft(f"chart:{chart}", ChartOpened(**facts | person), at)], author="test", via="test", at=at)
        return chart

    return opened

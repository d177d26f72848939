"""Two hundred private notes with a word of their own each: none is in the database, in a file, in a log."""

import secrets
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from openkap.actions import notes
from openkap.actions.office import join_care_team
from openkap.actions.preparation import set_intention
from openkap.actions.screening import import_record
from openkap.clinical.entries.incoming import IncomingPerson, IncomingRecord
from openkap.records.accounts import create_clinic, create_user
from openkap.records.policy import principal_of
from tests.conftest import AT
from tests.records.process import ROOT, environment, migrated

COUNT = 200
PASSPHRASE = "four words of mine"


def words() -> list[str]:
    return [f"canary{secrets.token_hex(8)}" for _ in range(COUNT)]


def written(said: list[str], draft: str, open_word: str) -> None:
    """A note for each word and a draft, by a therapist of a new clinic; one word that everybody may read."""
    clinic = create_clinic("Notes")
    prescriber, therapist = (
        principal_of(create_user(f"{role}@notes", name=role, role=role, clinic=clinic))
        for role in ("prescriber", "therapist")
    )
    person = IncomingPerson("Berg", "Ada", AT.date(), "female")
    record = IncomingRecord(person=person, facts=(), not_understood=(), source="x", sha256="0" * 64)
    chart = import_record(prescriber, record, at=AT)
    joining = {"user": therapist.user, "name": therapist.name, "role": "therapist"}
    join_care_team(prescriber, chart, at=AT, **joining)
    key, _ = notes.begin(therapist, passphrase=PASSPHRASE, again=PASSPHRASE, at=AT)
    for word in said:
        notes.seal(therapist, chart, at=AT, key=key, text=f"She said {word} and cried")
    notes.keep_draft(therapist, chart, key=key, text=f"Perhaps {draft}", at=AT)
    assert {
        word for note in notes.notes(therapist, chart, key=key) for word in (note.text or "").split()
    } >= set(said)
    set_intention(therapist, chart, at=AT, words=open_word)


def everything() -> str:
    """Every row of every table, as this database gives it to whoever holds its key."""
    told: list[Any] = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            told += cursor.fetchall()
    return repr(told)


@pytest.mark.django_db
def test_no_table_holds_a_word_of_a_note() -> None:
    """Also for whoever runs the database; the passphrase is not there either."""
    said, draft = words(), words()[0]
    written(said, draft, "everybodys-word")
    held = everything()
    assert "everybodys-word" in held, "nothing could be found this way"
    assert [word for word in [*said, draft, PASSPHRASE] if word in held] == []


def test_no_file_and_no_log_holds_a_word_of_a_note(tmp_path: Path) -> None:
    """The database, its log of changes, the keys beside it, and all the program says when it says most."""
    if connection.vendor != "sqlite":
        pytest.skip("these are the files of SQLite")
    migrated(tmp_path)
    said, draft = words(), words()[0]
    program = (
        "import django, logging; django.setup(); logging.root.setLevel(1);"
        "logging.getLogger('django').setLevel(1); from django.conf import settings; settings.DEBUG = True;"
        "from tests.records.test_private_notes import written;"
        f"written({said!r}, {draft!r}, 'x'); print('written')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment(tmp_path), cwd=ROOT, capture_output=True, check=False
    )
    assert done.returncode == 0 and b"written" in done.stdout, done.stderr[-2000:]
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.suffix == ".sqlite3" for path in files)
    held = b"".join([done.stdout, done.stderr, *(path.read_bytes() for path in files)])
    assert len(done.stderr) > COUNT, "the program was not made to talk"
    assert [word for word in [*said, draft, PASSPHRASE] if word.encode() in held] == []

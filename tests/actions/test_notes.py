"""Private notes: who may write one, who may open one, what becomes of a draft, what a lost key means."""

from dataclasses import replace
from datetime import timedelta

import pytest

from openkap.actions import notes as act
from openkap.actions.door import IdReused
from openkap.clinical.entries.sealed import NoteSealed
from openkap.clinical.refusal import BadInput
from openkap.demo.telling import Telling
from openkap.records.policy import NotFound, Principal
from tests.conftest import AT

WORDS = "four words of mine"
LATER = AT + timedelta(minutes=5)


@pytest.fixture
def key(ready: Telling) -> bytes:
    """The therapist's."""
    return begun(ready.staff.therapist)[0]


def begun(who: Principal, **more: object) -> tuple[bytes, str]:
    return act.begin(who, passphrase=WORDS, again=WORDS, at=AT, **more)


def written(telling: Telling, key: bytes, text: str, who: str = "therapist", **more: object) -> None:
    act.seal(getattr(telling.staff, who), telling.chart, at=AT, key=key, text=text, **more)


def test_a_note_is_read_by_its_author(ready: Telling, key: bytes) -> None:
    """Newest first; the ledger holds the box and no word of it."""
    for text in ("First thought", "Second thought"):
        written(ready, key, text)
    found = act.notes(ready.staff.therapist, ready.chart, key=key)
    assert [note.text for note in found] == ["Second thought", "First thought"]
    for fact in ready.folded().facts(NoteSealed):
        assert "thought" not in "".join(fact.box)


def test_another_writers_notes_are_not_among_ones_own(ready: Telling, key: bytes) -> None:
    """Even with the key in hand: the box is bound to its author, its chart and its own id."""
    written(ready, key, "Mine")
    other, _ = begun(ready.staff.prescriber)
    assert act.notes(ready.staff.prescriber, ready.chart, key=other) == []
    assert act.notes(ready.staff.prescriber, ready.chart, key=key) == []


@pytest.mark.parametrize("role", ["monitor", "manager", "auditor"])
def test_whoever_does_no_therapy_has_no_notes(
    ready: Telling, people: dict[str, Principal], key: bytes, role: str
):
    """No key, no note, no draft: there is nothing here for them."""
    who = people[role]
    with pytest.raises(NotFound):
        begun(who)
    for call in (act.notes, act.draft):
        with pytest.raises(NotFound):
            call(who, ready.chart, key=key)
    with pytest.raises(NotFound):
        act.seal(who, ready.chart, at=AT, key=key, text="x")


def test_somebody_off_the_care_team_writes_and_reads_nothing(ready: Telling, key: bytes) -> None:
    """The door of the chart comes first."""
    elsewhere = replace(ready.staff.therapist, clinic="00000000-0000-0000-0000-000000000000")
    for call in (act.notes, act.draft):
        with pytest.raises(NotFound):
            call(elsewhere, ready.chart, key=key)


def test_a_draft_is_sealed_and_gone_with_its_note(ready: Telling, key: bytes) -> None:
    """Overwritten as one types; another chart has another."""
    who = ready.staff.therapist
    for text in ("Half a", "Half a thought"):
        act.keep_draft(who, ready.chart, key=key, text=text, at=LATER)
    kept = act.draft(who, ready.chart, key=key)
    assert (kept.text, kept.saved_at) == ("Half a thought", LATER)
    written(ready, key, "A whole thought")
    assert act.draft(who, ready.chart, key=key) is None


def test_a_note_sent_twice_is_stored_once(ready: Telling, key: bytes) -> None:
    """And the same id never stands for other words."""
    from uuid import uuid4

    id = uuid4()
    for _ in range(2):
        written(ready, key, "Once", id=id)
    assert len(ready.folded().facts(NoteSealed)) == 1
    with pytest.raises(IdReused):
        written(ready, key, "Other words", id=id)


@pytest.mark.parametrize(
    ("passphrase", "again", "says"),
    [
        ("elevenchars", "elevenchars", "shorter than 12"),
        ("twelve chars", "twelve char", "not the same"),
        ("", "", "shorter than 12"),
    ],
)
def test_a_passphrase_that_will_not_do(ready: Telling, passphrase: str, again: str, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        act.begin(ready.staff.therapist, passphrase=passphrase, again=again, at=AT)
    assert not act.has_key(ready.staff.therapist)


def test_twelve_characters_will_do_and_a_second_choice_is_refused(ready: Telling) -> None:
    key, _ = act.begin(ready.staff.therapist, passphrase="twelve chars", again="twelve chars", at=AT)
    assert act.open_key(ready.staff.therapist, passphrase="twelve chars") == key
    with pytest.raises(BadInput, match="already"):
        begun(ready.staff.therapist)
    with pytest.raises(BadInput, match="not your passphrase"):
        act.open_key(ready.staff.therapist, passphrase="twelve charz")


def test_the_sheet_opens_what_the_passphrase_did(ready: Telling) -> None:
    """The old passphrase opens nothing any more, the sheet still does."""
    who = ready.staff.therapist
    key, words = begun(who)
    written(ready, key, "Kept")
    with pytest.raises(BadInput, match="not your line of the sheet"):
        act.open_by_sheet(who, words=words[:-1], passphrase="another of mine", again="another of mine")
    for new in ("another of mine", "a third of mine"):
        assert act.open_by_sheet(who, words=words.lower(), passphrase=new, again=new) == key
    with pytest.raises(BadInput):
        act.open_key(who, passphrase=WORDS)
    opened = act.open_key(who, passphrase="a third of mine")
    assert [note.text for note in act.notes(who, ready.chart, key=opened)] == ["Kept"]


def test_without_both_the_old_notes_stay_closed(ready: Telling, key: bytes) -> None:
    """Beginning anew is possible, and says of each old note that nobody can open it."""
    who = ready.staff.therapist
    written(ready, key, "Lost")
    act.keep_draft(who, ready.chart, key=key, text="Lost too", at=AT)
    new, _ = begun(who, anew=True)
    written(ready, new, "After")
    assert [note.text for note in act.notes(who, ready.chart, key=new)] == ["After", None]
    assert act.draft(who, ready.chart, key=new) is None

"""Private psychotherapy notes: sealed to their author, apart from the record of treatment.

Nobody else can open one, whoever runs the clinic or the computer. Without passphrase and sheet they are lost.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from openkap.actions.door import Act, action, guarded
from openkap.actions.fields import needed
from openkap.clinical.entries.sealed import NoteSealed
from openkap.clinical.refusal import BadInput, clean_text
from openkap.records import read, sealing
from openkap.records.models import NoteDraftRow, NoteKeyRow
from openkap.records.policy import NotFound, Principal
from openkap.records.sealing import CannotOpen

SHORTEST = 12
"""Characters of a passphrase, as of a password."""


@dataclass(frozen=True, slots=True)
class Note:
    """One note of the reader's own, opened. `text` is None where its key was lost."""

    at: datetime
    text: str | None


@dataclass(frozen=True, slots=True)
class Draft:
    """What was typed and not yet signed."""

    saved_at: datetime
    text: str


@guarded("note.seal")
def has_key(who: Principal) -> bool:
    """Whether this person has chosen a passphrase."""
    return NoteKeyRow.objects.filter(user_id=who.user).exists()


@guarded("note.seal")
def begin(
    who: Principal, *, passphrase: str, again: str, at: datetime, anew: bool = False
) -> tuple[bytes, str]:
    """A key for this writer: (the key, the words for their sheet of paper). The words are never shown again.

    `anew`: passphrase and sheet are both lost. What was sealed with the old key stays closed for good.
    """
    if has_key(who) and not anew:
        raise BadInput("passphrase", "you have chosen one already", "Open your notes with it")
    secret = _chosen(passphrase, again)
    key, words = sealing.new_key(), sealing.new_words()
    by_sheet = sealing.locked(key, sealing.plain_words(words), who.user)
    lock = sealing.locked(key, secret, who.user)
    made = {"by_passphrase": lock, "by_sheet": by_sheet, "made_at": at}
    NoteKeyRow.objects.update_or_create(user_id=who.user, defaults=made)
    NoteDraftRow.objects.filter(user_id=who.user).delete()
    return key, words


@guarded("note.seal")
def open_key(who: Principal, *, passphrase: str) -> bytes:
    """The writer's key, or BadInput."""
    lock = _row(who).by_passphrase
    return _or_refuse(lambda: sealing.unlocked(lock, passphrase, who.user), "passphrase", "passphrase")


@guarded("note.seal")
def open_by_sheet(who: Principal, *, words: str, passphrase: str, again: str) -> bytes:
    """The writer's key by their sheet of paper, with a new passphrase for it."""
    row = _row(who)
    given = sealing.plain_words(words)
    key = _or_refuse(lambda: sealing.unlocked(row.by_sheet, given, who.user), "words", "line of the sheet")
    row.by_passphrase = sealing.locked(key, _chosen(passphrase, again), who.user)
    row.save(update_fields=["by_passphrase"])
    return key


@action("note.seal")
def seal(act: Act, *, key: bytes, text: str) -> None:
    """A note is finished: only its box is written, and the draft is gone with the same commit."""
    note = act.new_id()
    text = needed(text, "text", "Write the note")
    chart = act.chart.subject.removeprefix("chart:")
    act.write(NoteSealed(note=note, box=sealing.seal(key, text, _of_note(chart, act.who.user, note))))
    NoteDraftRow.objects.filter(user_id=act.who.user, chart=UUID(chart)).delete()


@guarded("note.seal")
def notes(who: Principal, chart_id: str, *, key: bytes) -> list[Note]:
    """The reader's own notes in one chart, newest first."""
    chart = read.chart(who, chart_id, permission="note.seal")
    mine = [entry for entry in chart.all(NoteSealed) if entry.author == who.user]
    return [Note(entry.effective_at, _opened(entry.fact, chart_id, who, key)) for entry in reversed(mine)]


@guarded("note.seal")
def keep_draft(who: Principal, chart_id: str, *, key: bytes, text: str, at: datetime) -> None:
    """What is being typed, sealed at once, so that a crash takes at most the last words."""
    read.must_open(who, chart_id, "note.seal")
    box = "".join(sealing.seal(key, clean_text(text, "text"), _of_draft(chart_id, who.user)))
    kept = {"box": box, "saved_at": at}
    NoteDraftRow.objects.update_or_create(user_id=who.user, chart=UUID(chart_id), defaults=kept)


@guarded("note.seal")
def draft(who: Principal, chart_id: str, *, key: bytes) -> Draft | None:
    """What this writer has not finished in this chart."""
    read.must_open(who, chart_id, "note.seal")
    row = NoteDraftRow.objects.filter(user_id=who.user, chart=UUID(chart_id)).first()
    if row is None:
        return None
    return Draft(row.saved_at, sealing.unseal(key, (row.box,), _of_draft(chart_id, who.user)))


def _opened(fact: NoteSealed, chart_id: str, who: Principal, key: bytes) -> str | None:
    try:
        return sealing.unseal(key, fact.box, _of_note(chart_id, who.user, fact.note))
    except CannotOpen:
        return None


def _row(who: Principal) -> NoteKeyRow:
    row = NoteKeyRow.objects.filter(user_id=who.user).first()
    if row is None:
        raise NotFound
    return row


def _chosen(passphrase: str, again: str) -> str:
    if len(passphrase) < SHORTEST:
        todo = "Take several words that belong together only for you"
        raise BadInput("passphrase", f"it is shorter than {SHORTEST} characters", todo)
    if passphrase != again:
        raise BadInput("again", "the two are not the same", "Type the passphrase again")
    return passphrase


def _or_refuse(opening: Callable[[], bytes], where: str, called: str) -> bytes:
    try:
        return opening()
    except CannotOpen:
        raise BadInput(where, f"this is not your {called}", "Type it again") from None


def _of_note(chart: str, author: str, note: str) -> str:
    return f"note|{UUID(chart)}|{author}|{note}"


def _of_draft(chart: str, author: str) -> str:
    return f"draft|{UUID(chart)}|{author}"

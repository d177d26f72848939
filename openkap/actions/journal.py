"""A patient's journal: theirs alone to read, change and throw away, until they share a page."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from openkap.actions.door import Act, action, guarded
from openkap.actions.fields import needed
from openkap.clinical.entries.journal import JournalShared
from openkap.clinical.moments import utc
from openkap.clinical.refusal import BadInput, clean_text
from openkap.records import journals
from openkap.records.models import JournalRow
from openkap.records.policy import NotFound, Principal

LONGEST = 15_000
"""Characters of a page: the ledger takes no longer text, and what is written may be shared."""
LONGEST_SOUND_BYTES = 5_000_000
"""About twenty minutes of speech."""
SOUNDS = ("audio/webm", "audio/ogg", "audio/mp4")


@dataclass(frozen=True, slots=True)
class Page:
    """One page as its writer sees it. `sound` is empty for a written one, and `text` for a spoken one."""

    id: str
    begun_at: datetime
    text: str
    sound: str
    shared_at: datetime | None


@guarded("journal.write")
def pages(who: Principal) -> list[Page]:
    """Every page of the reader's own, newest first."""
    return [_page(row) for row in JournalRow.objects.filter(user_id=who.user).order_by("-begun_at", "-id")]


@guarded("journal.write")
def page(who: Principal, page: str) -> Page | None:
    """One page of the reader's own; None: there is none yet. NotFound where it is somebody else's."""
    row = _row(who, page)
    return _page(row) if row else None


@guarded("journal.write")
def keep(who: Principal, *, page: str, text: str, at: datetime) -> None:
    """What stands on a page now; the first time begins it. Empty is kept too: a page may be wiped."""
    text = clean_text(text, "text")
    if len(text) > LONGEST:
        raise BadInput("text", f"this is longer than {LONGEST:,} characters", "Go on on another page")
    _put(who, page, text.encode(), "", at)


@guarded("journal.write")
def keep_sound(who: Principal, *, page: str, sound: str, held: bytes, at: datetime) -> None:
    """A voice memo."""
    if sound not in SOUNDS:
        raise BadInput("sound", f"{sound[:40]!r} is no sound this journal knows", "Record it in this page")
    if not held or len(held) > LONGEST_SOUND_BYTES:
        todo = "Speak it in two parts" if held else "Record it again"
        raise BadInput("sound", "it is too long" if held else "nothing was recorded", todo)
    _put(who, page, held, sound, at)


@guarded("journal.write")
def sound(who: Principal, page: str) -> tuple[str, bytes]:
    """(what it is, the recording). NotFound where it is a written page or nobody's."""
    row = _row(who, page)
    if row is None or not row.sound:
        raise NotFound
    return row.sound, journals.opened(row)


@guarded("journal.write")
def throw_away(who: Principal, page: str) -> None:
    """The page is gone. A copy that was shared stays in the chart."""
    JournalRow.objects.filter(user_id=who.user, id=_id(page)).delete()


@action("journal.write")
def share(act: Act, *, page: str) -> None:
    """The team may read a copy of this page, as it stands now. Not while a dose may still be felt."""
    act.pass_gate("grant-permission")
    row = _row(act.who, page)
    if row is None:
        raise NotFound
    if row.shared_at:
        raise BadInput("page", "this page is shared already", "Go on on a new page")
    if row.sound:
        raise BadInput("page", "a voice memo cannot be shared", "Play it to your therapist when you meet")
    words = needed(journals.opened(row).decode().strip(), "text", "Write something first")
    act.write(JournalShared(page=row.id, begun_at=row.begun_at, words=words))
    row.shared_at = act.at
    row.save(update_fields=["shared_at"])


def _put(who: Principal, page: str, held: bytes, sound: str, at: datetime) -> None:
    with transaction.atomic():
        row = _row(who, page)
        if row is None:
            row = JournalRow(id=_id(page), user_id=who.user, begun_at=utc(at), sound=sound)
        elif row.sound or sound:
            raise BadInput("page", "there is a voice memo on this page", "Open a new page")
        elif row.shared_at:
            raise BadInput("page", "this page was shared as it stands", "Go on on a new page")
        row.box, row.saved_at = journals.seal(who.user, row.id, held), utc(at)
        row.save()


def _row(who: Principal, page: str) -> JournalRow | None:
    row = JournalRow.objects.filter(id=_id(page)).first()
    if row and str(row.user_id) != who.user:
        raise NotFound
    return row


def _id(page: str) -> str:
    try:
        return str(UUID(page))
    except ValueError:
        raise NotFound from None


def _page(row: JournalRow) -> Page:
    text = "" if row.sound else journals.opened(row).decode()
    return Page(row.id, row.begun_at, text, row.sound, row.shared_at)

"""The same act sent again: answered with what is stored, and never with what merely looks alike."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from openkap.actions.act import Act, NotAllowed
from openkap.clinical.chart import fold
from openkap.clinical.entries import Entry
from openkap.clinical.refusal import BadFields, BadInput
from openkap.records.ledger import Draft, IdReused

Acts = Sequence[tuple[Callable[..., None], Mapping[str, Any]]]


def resent(act: Act, acts: Acts) -> list[Entry]:
    """What these acts wrote under the sender's id before, or [] when the id is new to the chart.

    They are done once more on the chart as it was then: only the same facts by the same person are the same
    sending. IdReused for anything else.
    """
    id, entries = act.terms.id, act.chart.entries
    place = next((n for n, entry in enumerate(entries) if entry.id == id), None) if id else None
    if place is None:
        return []
    drafts = _once_more(act, acts, place)
    stored = entries[place : place + len(drafts)]
    if not drafts or [_said(entry) for entry in stored] != [(act.who.user, *_of(draft)) for draft in drafts]:
        raise IdReused(str(id))
    return list(stored)


def _once_more(act: Act, acts: Acts, place: int) -> list[Draft]:
    """What the acts would have written in the chart; nothing where they would have been refused."""
    before = fold(act.chart.subject, act.chart.entries[:place])
    then = replace(act.terms, at=act.chart.entries[place].recorded_at)
    again = Act(act.who, before, then, act.protocol)
    try:
        for body, fields in acts:
            body(again, **fields)
    except (BadInput, BadFields, NotAllowed):
        return []
    return [draft for draft in again.drafts if draft.subject == act.chart.subject]


def _said(entry: Entry) -> tuple[object, ...]:
    return entry.author, entry.fact, entry.effective_at, entry.supersedes


def _of(draft: Draft) -> tuple[object, ...]:
    return draft.fact, draft.effective_at, draft.supersedes

"""Condition: a problem on file."""

from collections.abc import Iterator
from datetime import date

from openkap.clinical.entries.screening import Problem
from openkap.fhir.concept import needed, status_code
from openkap.fhir.dates import Dated, date_in, not_after
from openkap.fhir.element import Node, NotRead
from openkap.fhir.outcome import Known, Outcome, Taken, Unclear

STATUS = {
    "active": "active",
    "recurrence": "active",
    "relapse": "active",
    "inactive": "resolved",
    "remission": "resolved",
    "resolved": "resolved",
}
VERIFICATION = {
    "": "confirmed",  # most senders leave it out when there is no doubt
    "confirmed": "confirmed",
    "unconfirmed": "unconfirmed",
    "provisional": "unconfirmed",
    "differential": "unconfirmed",
    "refuted": "refuted",
}


def read(resource: Node, known: Known) -> Iterator[Outcome]:
    """One problem. It counts from its onset, else from when it was recorded, else from now."""
    verification = status_code(resource, "verificationStatus")
    if verification not in VERIFICATION:
        raise NotRead(f"verification status {verification!r}: not taken")
    what = needed(resource, "code")
    onset = not_after(date_in(resource, "onsetDateTime", "onsetPeriod"), known.at)
    recorded = not_after(date_in(resource, "recordedDate"), known.at)
    ended, status, doubts = _course(resource, known)
    when = onset or recorded
    yield Taken(
        Problem(
            text=what.words,
            codes=what.codes,
            status=status,
            verification=VERIFICATION[verification],
            onset_on=onset.first if onset else None,
            ended_on=ended,
        ),
        when.start if when else known.at,
    )
    yield from (
        Unclear(doubt) for doubt in (what.doubt, _onset_doubt(resource, onset, when), *doubts) if doubt
    )


def _onset_doubt(resource: Node, onset: Dated | None, when: Dated | None) -> str:
    if onset and onset.partial:
        return f"the onset is known only as {onset.words}: kept as {onset.first}, the earliest it can mean"
    for key in ("onsetAge", "onsetRange", "onsetString"):
        if key in resource:
            return f"the onset is given as {key}, which is not a date: kept without one"
    return "" if when else "no date of onset or recording: kept as on file at the time of reading"


def _course(resource: Node, known: Known) -> tuple[date | None, str, list[str]]:
    """When it ended, its status, and what is doubtful about them. In doubt a problem stands."""
    said = status_code(resource, "clinicalStatus")
    status = STATUS.get(said, "unknown")
    doubts = (
        [f"clinical status {said!r} is not known: kept as unknown"] if said and said not in STATUS else []
    )
    ended = date_in(resource, "abatementDateTime", "abatementPeriod")
    if ended and ended.start > known.at:
        return None, "active", [*doubts, f"its end is dated in the future ({ended.words}): kept as active"]
    if ended and ended.partial:
        doubts.append(f"its end is known only as {ended.words}: kept as {ended.last}, the latest it can mean")
    if ended and status == "active":
        return (
            None,
            status,
            [*doubts, f"said to be active and to have ended on {ended.words}: kept as active"],
        )
    if not said and (ended or any(key.startswith("abatement") for key in resource)):
        status = "resolved"
    return (min(ended.last, known.at.date()) if ended else None), status, doubts

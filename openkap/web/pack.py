"""The continuity pack: a chart in one file, to be read by anybody and taken in by another OpenKAP."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils import timezone

from openkap.actions import journal
from openkap.clinical.chart import Chart
from openkap.clinical.entries import Entry
from openkap.clinical.protocol import Protocol
from openkap.clinical.status import assess
from openkap.fhir import outgoing
from openkap.records import packed
from openkap.records.models import Clinic
from openkap.records.policy import Principal
from openkap.reports.whole_record import Day, Line, WholeRecord, as_pdf
from openkap.web import people, portal_words, treatment_words, words
from openkap.web.sentences import QUIET, sentence

NAME = "my-record"
JOURNAL = "journal.txt"
PAGE, PDF, FHIR, README = "record.html", "record.pdf", "fhir-r4.json", "README.txt"
SYNTHETIC = " Synthetic demonstration data: nobody here is a real patient."


def made(who: Principal, chart: Chart, protocol: Protocol, at: datetime) -> bytes:
    """The pack of a chart that `who` may read: pages that need no network, and what makes it again."""
    clinic = Clinic.objects.get(id=chart.person.clinic)
    with timezone.override(ZoneInfo(clinic.time_zone)):
        record = whole(who, chart, protocol, clinic.name, at)
        parts = {
            README: render_to_string("pack/readme.txt", {"record": record}).encode(),
            PAGE: render_to_string("pack/record.html", {"record": record}).encode(),
            PDF: as_pdf(record, made=at),
        }
    parts |= _journal(who)
    fhir = json.dumps(outgoing.bundle(chart, protocol, at), ensure_ascii=False, indent=1)
    ledger = packed.chart_parts(chart.subject.removeprefix("chart:"))
    return packed.packed({**parts, FHIR: fhir.encode(), **ledger}, at=at)


def _journal(who: Principal) -> dict[str, bytes]:
    """What the patient wrote and said for themselves: in a pack of their own taking, and in no other."""
    if who.role != "patient":
        return {}
    pages = journal.pages(who)
    written = [f"{words.moment(page.begun_at)}\n{page.text}\n" for page in pages if not page.sound]
    parts = {JOURNAL: "\n".join(written).encode()} if written else {}
    for number, page in enumerate((page for page in pages if page.sound), 1):
        sound, held = journal.sound(who, page.id)
        parts[f"journal-{number}.{sound.partition('/')[2]}"] = held
    return parts


def whole(who: Principal, chart: Chart, protocol: Protocol, clinic: str, at: datetime) -> WholeRecord:
    """Everything in a chart as its reader's words, by the clock of the clinic."""
    status, person = assess(chart, protocol, at), chart.person
    visits = [visit for visit in status.visits if visit.dose_at]
    about = f"Born {words.day(person.birth_date)}. {clinic}, as of {words.moment(at)}."
    return WholeRecord(
        title=f"The record of {person.given_name} {person.family_name}",
        about=about + (SYNTHETIC if person.synthetic else ""),
        doses=treatment_words.doses(visits, protocol),
        totals=" ".join(treatment_words.totals(status.course, visits, protocol)),
        scores=tuple(_score(one) for one in portal_words.my_scores(status.course, protocol)),
        days=tuple(_days(_told(chart), who, chart, protocol)),
    )


def _score(one: dict[str, object]) -> tuple[str, str, str]:
    of = f" of {one['highest']}" if one["highest"] else ""
    band = f", {one['band']}" if one["band"] else ""
    return words.day(one["at"]), str(one["title"]), f"{one['total']}{of}{band}"


def _told(chart: Chart) -> list[Entry]:
    """What is a line of the story, in the order in which it happened."""
    told = (entry for entry in chart.entries if not isinstance(entry.fact, QUIET))
    return sorted(told, key=lambda entry: (entry.effective_at, entry.seq))


def _days(told: Iterable[Entry], who: Principal, chart: Chart, protocol: Protocol) -> Iterator[Day]:
    names = people.names(who, {entry.author for entry in chart.entries})
    corrected = {entry.supersedes for entry in chart.entries if entry.supersedes}
    for day, group in groupby(told, key=lambda entry: timezone.localtime(entry.effective_at).date()):
        lines = (
            Line(
                at=words.clock(entry.effective_at),
                moment=entry.effective_at.isoformat(),
                says=sentence(entry, protocol),
                by=names.get(entry.author, "a colleague" if people.is_id(entry.author) else entry.author),
                corrected=entry.id in corrected,
            )
            for entry in group
        )
        yield Day(words.day(day), tuple(lines))

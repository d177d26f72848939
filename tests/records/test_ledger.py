"""Append: numbered, hashed, sealed, idempotent, and refused with the field named."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from openkap.clinical.entries.dosing import VisitBooked
from openkap.clinical.entries.office import ChartRegistered, TaskOpened
from openkap.clinical.entries.person import ChartOpened
from openkap.clinical.entries.preparation import Intention
from openkap.clinical.entries.screening import Measurement, Score
from openkap.clinical.refusal import BadInput
from openkap.records import decoded
from openkap.records.ledger import Conflict, Draft, IdReused, append, uuid7
from openkap.records.models import EntryRow, HeadRow
from tests.records.writing import AT, wrote

pytestmark = pytest.mark.django_db
CALM = Score(instrument="phq9", total=3)
WORSE = Score(instrument="phq9", total=21)


def stored(chart: str) -> list[EntryRow]:
    return list(EntryRow.objects.filter(subject=f"chart:{chart}").order_by("seq"))


def test_entries_are_numbered_from_one_and_come_back_as_given(open_chart):
    """Each subject counts 1, 2, 3, and each entry holds the fact that was given."""
    chart = open_chart()
    first, second = wrote(chart, WORSE, Intention(words="rest\r\nwell"))
    assert [first.seq, second.seq] == [2, 3]
    assert first.fact == WORSE
    assert second.fact.words == "rest\nwell"
    assert decoded.chart(f"chart:{chart}").entries[1:] == (first, second)


def test_the_hash_is_sha256_of_canonical_json_over_every_column(open_chart):
    """Anybody can recompute a hash with a JSON library and SHA-256 alone."""
    chart = open_chart()
    wrote(chart, Intention(words="Zoë \U0001f33f"))
    for row in stored(chart):
        columns = {f.name: getattr(row, f.name) for f in EntryRow._meta.concrete_fields if f.name != "hash"}
        columns["body"] = json.loads(columns["body"])
        text = json.dumps(columns, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert row.hash == hashlib.sha256(text.encode()).hexdigest()


def test_each_entry_names_the_hash_before_it_and_the_head_the_last(open_chart):
    """The chain starts at zeros and the head holds its end."""
    chart = open_chart()
    wrote(chart, CALM, WORSE)
    rows = stored(chart)
    assert [row.prev_hash for row in rows] == ["0" * 64, *(row.hash for row in rows[:-1])]
    head = HeadRow.objects.get(subject=f"chart:{chart}")
    assert (head.seq, head.hash) == (3, rows[-1].hash)


def test_times_are_stored_in_utc(open_chart):
    """An offset is turned into UTC, whatever the writer's zone."""
    chart = open_chart()
    east = datetime(2026, 5, 14, 13, 0, tzinfo=timezone(timedelta(hours=3)))
    (entry,) = wrote(chart, CALM, at=east)
    assert entry.effective_at == east
    assert stored(chart)[-1].effective_at == "2026-05-14T10:00:00.000000+00:00"


def test_the_same_id_and_content_again_gives_back_the_stored_entry(open_chart):
    """A sender that never heard the answer may send again, with the number it saw then."""
    chart, id = open_chart(), uuid4()
    (first,) = wrote(chart, CALM, id=id, seen=1)
    (again,) = wrote(chart, CALM, id=id, seen=1)
    assert again == first
    assert len(stored(chart)) == 2


@pytest.mark.parametrize("other", [{"fact": WORSE}, {"at": AT + timedelta(minutes=1)}])
def test_the_same_id_with_other_content_is_refused(open_chart, other):
    """An id stands for one entry for ever."""
    chart, id = open_chart(), uuid4()
    wrote(chart, CALM, id=id)
    with pytest.raises(IdReused, match=str(id)):
        wrote(chart, other.get("fact", CALM), id=id, at=other.get("at", AT))
    assert len(stored(chart)) == 2


def test_an_id_of_another_chart_is_refused(open_chart):
    """Ids are unique over the whole ledger."""
    one, two, id = open_chart(), open_chart(), uuid4()
    wrote(one, CALM, id=id)
    with pytest.raises(IdReused):
        wrote(two, CALM, id=id)


def test_a_stale_writer_gets_both_versions_and_stores_nothing(open_chart):
    """Who saw entry 1 while entry 2 was written is told what entry 2 says."""
    chart = open_chart()
    (newer,) = wrote(chart, CALM, seen=1)
    with pytest.raises(Conflict) as conflict:
        wrote(chart, WORSE, seen=1)
    assert conflict.value.newer_entries == [newer]
    assert (conflict.value.subject, conflict.value.seen) == (f"chart:{chart}", 1)
    assert len(stored(chart)) == 2


def test_one_bad_draft_keeps_all_of_them_out(open_chart):
    """Several facts over several subjects are stored together or not at all."""
    one, two = open_chart(), open_chart()
    drafts = [Draft(f"chart:{one}", CALM, AT), Draft(f"chart:{two}", CALM, AT, supersedes=uuid4())]
    with pytest.raises(BadInput, match="supersedes"):
        append(drafts, author="ada", via="test", at=AT)
    assert [len(stored(chart)) for chart in (one, two)] == [1, 1]


def test_several_subjects_in_one_call_each_keep_their_own_count(open_chart):
    """Entries come back in the order of their drafts, numbered within their subjects."""
    one, two = open_chart(), open_chart()
    subjects = [f"chart:{chart}" for chart in (one, two, one)]
    entries = append([Draft(s, CALM, AT) for s in subjects], author="ada", via="test", at=AT)
    assert [(entry.subject, entry.seq) for entry in entries] == list(zip(subjects, (2, 2, 3), strict=True))


def test_an_outer_transaction_takes_the_entries_down_with_it(open_chart):
    """Inside an outer transaction the outer commit decides; what was read meanwhile is not kept."""
    chart = open_chart()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        wrote(chart, CALM)
        assert decoded.chart(f"chart:{chart}").seq == 2
        raise ZeroDivisionError
    assert decoded.chart(f"chart:{chart}").seq == 1
    (entry,) = wrote(chart, WORSE)
    assert entry.seq == 2
    assert decoded.chart(f"chart:{chart}").facts(Score) == [WORSE]


def test_a_correction_replaces_what_it_corrects(open_chart):
    """The fold shows the correction; the ledger keeps both."""
    chart = open_chart()
    (wrong,) = wrote(chart, WORSE)
    wrote(chart, CALM, supersedes=wrong.id)
    read = decoded.chart(f"chart:{chart}")
    assert read.facts(Score) == [CALM]
    assert len(read.entries) == 3


def test_a_correction_of_another_charts_entry_is_refused(open_chart):
    """A correction stays within its own ledger."""
    one, two = open_chart(), open_chart()
    (entry,) = wrote(one, WORSE)
    with pytest.raises(BadInput, match="supersedes"):
        wrote(two, CALM, supersedes=entry.id)


def test_an_opened_chart_is_registered_with_its_clinic_once(clinic, open_chart):
    """The clinic's own ledger knows of every chart, so one that vanishes whole is missed."""
    charts = [open_chart(), open_chart()]
    rows = EntryRow.objects.filter(subject=clinic.subject, kind="chart-registered").order_by("seq")
    assert [json.loads(row.body) for row in rows] == [{"chart": chart} for chart in charts]


def test_opening_sent_again_registers_once(clinic):
    """The registration is as idempotent as the opening."""
    chart, id = uuid4(), uuid4()
    person = ChartOpened(
        family_name="B", given_name="A", birth_date=AT.date(), sex="other", clinic=str(clinic.id)
    )
    for _ in range(2):
        append([Draft(f"chart:{chart}", person, AT, id=id)], author="ada", via="test", at=AT)
    assert EntryRow.objects.filter(subject=clinic.subject, kind="chart-registered").count() == 1


def test_nothing_is_written_in_a_chart_that_is_not_open():
    """The first entry says who the chart is about."""
    with pytest.raises(BadInput, match="not open"):
        wrote(str(uuid4()), CALM)


def test_a_chart_is_opened_once(open_chart, clinic):
    """A second opening is a mistake, not a change of person."""
    chart = open_chart()
    person = ChartOpened(
        family_name="B", given_name="A", birth_date=AT.date(), sex="other", clinic=str(clinic.id)
    )
    with pytest.raises(BadInput, match="open already"):
        wrote(chart, person)


@dataclass(frozen=True)
class Undeclared:
    words: str


@pytest.mark.parametrize(
    ("fact", "named"),
    [
        (Intention(words="half \ud83d"), "intention.words"),
        (Intention(words="nul \0"), "intention.words"),
        (Intention(words="x" * 20_001), "intention.words"),
        (Measurement(what="weight", value=Decimal("NaN"), unit="kg"), "measurement.value"),
        (Measurement(what="weight", value=Decimal("Infinity"), unit="kg"), "measurement.value"),
        (Measurement(what="weight", value=Decimal("1e999"), unit="kg"), "measurement.value"),
        (Measurement(what="weight", value=70.5, unit="kg"), "measurement.value"),
        (Score(instrument="phq9", total=float("nan")), "score.total"),
        (Score(instrument="phq9", total=9, items=(1, 2.0)), r"score.items\[2\]"),
        (
            VisitBooked(visit="v", starts_at=datetime(2026, 5, 14), room="1", route="iv", number=1),
            "starts_at",
        ),
        (Undeclared(words="x"), "fact"),
        ({"words": "x"}, "fact"),
    ],
)
def test_a_fact_that_cannot_be_kept_is_refused_by_the_name_of_its_field(open_chart, fact, named):
    """What one database would store and the other refuse never reaches either."""
    chart = open_chart()
    with pytest.raises(BadInput, match=named):
        wrote(chart, fact)
    assert len(stored(chart)) == 1


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"subject": "chart:1"}, "subject"),
        ({"subject": "stock:" + str(uuid4())}, "subject"),
        ({"subject": "chart:" + str(uuid4()).upper()}, "subject"),
        ({"id": "42"}, "id"),
        ({"supersedes": "42"}, "supersedes"),
        ({"effective_at": datetime(2026, 5, 14)}, "effective_at"),
    ],
)
def test_a_bad_envelope_is_refused_by_the_name_of_its_field(open_chart, change, named):
    """Ids are UUIDs, times have a zone, subjects are charts and clinics."""
    draft: dict[str, Any] = {"subject": f"chart:{open_chart()}", "fact": CALM, "effective_at": AT}
    with pytest.raises(BadInput) as refused:
        append([Draft(**draft | change)], author="ada", via="test", at=AT)
    assert refused.value.where == named


@pytest.mark.parametrize("field", ["author", "via"])
def test_who_wrote_it_is_clean_text_too(open_chart, field):
    """NUL in an author's name is refused like NUL anywhere."""
    with pytest.raises(BadInput, match=field):
        append(
            [Draft(f"chart:{open_chart()}", CALM, AT)],
            **{"author": "a", "via": "b"} | {field: "\0"},
            at=AT,
        )


def test_hypothetical_kinds_survive_the_trip(open_chart):
    """Every part of a fact comes back equal: decimals with their zeros, times, missing fields."""
    chart = open_chart()
    facts = (
        Measurement(what="weight", value=Decimal("70.50"), unit="kg"),
        VisitBooked(visit="v1", starts_at=AT, room="Blue", route="iv", number=1),
        TaskOpened(task="t1", what="Suicide item positive", rule="phq9-item-9"),
    )
    wrote(chart, *facts)
    decoded.forget()
    read = decoded.chart(f"chart:{chart}")
    assert tuple(entry.fact for entry in read.entries[1:]) == facts
    assert str(read.entries[1].fact.value) == "70.50"


def test_uuid7_sorts_by_time_and_says_its_version():
    """Later ids are greater; version and variant are those of RFC 9562."""
    early, late = uuid7(AT), uuid7(AT + timedelta(milliseconds=1))
    assert early < late
    assert (early.version, early.variant) == (7, uuid4().variant)
    assert len({uuid7(AT) for _ in range(1000)}) == 1000
    assert UUID(int=early.int).int >> 80 == int(AT.timestamp() * 1000)


def test_two_kinds_of_subject_share_one_ledger(clinic, open_chart):
    """A clinic's own facts are entries like any other."""
    (entry,) = append(
        [Draft(clinic.subject, ChartRegistered(chart="x"), AT)],
        author="ada",
        via="test",
        at=AT.astimezone(UTC),
    )
    assert entry.seq == 2  # behind the adoption of the protocol

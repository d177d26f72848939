"""Two readings of the same public records agree: ours, and one written without it.

First the facts that are taken, then what screening makes of them: the findings with their grade, whether
words alone gave them, the days of the data behind them, what cannot be told, and the worst. Where they differ
somebody reads the record. The findings of every record are a table of the test report.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import openkap.protocol
from openkap.clinical.entries.incoming import IncomingRecord
from openkap.clinical.entries.screening import (
    Allergy,
    HistoryAnswered,
    Measurement,
    Medicine,
    Problem,
    Result,
    Score,
)
from openkap.clinical.refusal import BadInput
from openkap.clinical.screening import screen
from openkap.fhir.bundle import read
from openkap.fhir.unsaved import chart_of
from openkap.protocol.load import shipped
from tests.reference import naive_fhir, records
from tests.reference.naive_screening import Screening

PROTOCOL = Path(openkap.protocol.__file__).parent
NAIVE = Screening(PROTOCOL)
Reading = tuple[records.Record, datetime, IncomingRecord, dict[str, Any]]

needs_records = pytest.mark.skipif(
    not records.FOLDER.is_dir(), reason="the folder of public records is not beside this checkout"
)


@needs_records
@pytest.mark.parametrize("folder", records.DAYS)
def test_both_readings_agree(folder: str, record_property: Callable[[str, Any], None]) -> None:
    """On every fact and every finding of every record, and of every fifth record on a second day."""
    differ = []
    seen = 0
    for record, at, ours, theirs in read_twice(folder):
        assert taken(ours) == listed(theirs), (record.name, at)
        told = screen(chart_of(ours, at), shipped(), at)
        if in_short(told) != (naive := NAIVE.of(theirs, at)):
            differ.append((record.name, at.date().isoformat(), difference(in_short(told), naive)))
        if at == records.DAYS[folder]:
            record_property("table: screening", row(record, at, ours, told))
        seen += 1
    assert differ == []
    assert seen > 0


@needs_records
def test_both_readings_agree_on_what_people_answer() -> None:
    """Yes, no and not known, said by one or the other, lately or long ago, some of it taken back."""
    chance = random.Random(3)
    questions = [rule["id"] for rule in NAIVE.rules if "ask" in rule]
    differ = []
    for record, at, ours, theirs in read_twice("cms-testcases"):
        said = sorted(answers(chance, questions, at), key=lambda answer: answer["at"])
        facts = [
            (HistoryAnswered(question=a["question"], answer=a["answer"], said_by=a["said_by"]), a["at"])
            for a in said
        ]
        asked = replace(ours, facts=(*ours.facts, *facts))
        told = in_short(screen(chart_of(asked, at), shipped(), at))
        if told != (naive := NAIVE.of(theirs | {"history-answered": said}, at)):
            differ.append((record.name, difference(told, naive)))
    assert differ == []


@pytest.mark.parametrize(
    "when",
    [
        {"computed": "exclusion-stands"},
        {"condition": "psychosis", "severe": True},
        {"absent": "escort-named"},
        {"elapsed": "dose-given", "over": "1 d"},
    ],
    ids=str,
)
def test_a_kind_of_rule_the_second_reading_does_not_know_is_an_error(when: dict[str, Any]) -> None:
    """So nobody adds one without saying a second time what it means."""
    naive = Screening(PROTOCOL)
    naive.rules = [{"id": "new", "then": "warn", "when": when}]
    nobody = {"who": {"sex": "female", "born": "1980-01-01", "died": ""}, "problem": []}
    with pytest.raises(AssertionError, match="rule new"):
        naive.of(nobody, datetime(2026, 1, 1, tzinfo=UTC))


def read_twice(folder: str) -> Iterator[Reading]:
    """Each record with both readings of it. Somebody not yet born by then has no record, and we say so."""
    for number, record in enumerate(records.of(folder)):
        days = [records.DAYS[folder]]
        if folder in records.EARLIER and number % records.AFRESH == 0:
            days.append(records.EARLIER[folder])
        for at in days:
            theirs = naive_fhir.facts(record.resources, at, PROTOCOL)
            if theirs["who"]["born"] > at.date().isoformat():
                with pytest.raises(BadInput, match="lies in the future"):
                    read(record.bundle, source=record.name, at=at)
                continue
            yield record, at, read(record.bundle, source=record.name, at=at, protocol=shipped()), theirs


def taken(ours: IncomingRecord) -> Counter[Any]:
    """Each fact of our reading in a few words, and how often it stands there."""
    found: Counter[Any] = Counter()
    for fact, when in ours.facts:
        match fact:
            case Problem() if fact.verification != "refuted":
                found["problem", codes(fact), str(fact.onset_on or when.date()), over(fact, "resolved")] += 1
            case Medicine():
                found["medicine", codes(fact), str(fact.since or when.date()), over(fact, "stopped")] += 1
            case Allergy():
                found["allergy", codes(fact), fact.status != "active"] += 1
            case Measurement():
                found["measurement", fact.what, round(fact.value, 4), when] += 1
            case Score():
                found["score", fact.instrument, fact.total, fact.items, when] += 1
            case Result():
                found["result", fact.what, fact.value, when] += 1
    return found


def over(fact: Problem | Medicine, word: str) -> bool:
    return fact.status == word or fact.ended_on is not None


def codes(fact: Problem | Medicine | Allergy) -> tuple[tuple[str, str], ...]:
    return tuple(sorted({(code.system, code.code) for code in fact.codes}))


def listed(theirs: dict[str, Any]) -> Counter[Any]:
    """The same few words of the other reading."""
    found: Counter[Any] = Counter()
    for kind in ("problem", "medicine"):
        found.update((kind, tuple(sorted(f["codes"])), f["day"], f["over"]) for f in theirs[kind])
    found.update(("allergy", tuple(sorted(f["codes"])), f["over"]) for f in theirs["allergy"])
    found.update(("measurement", f["what"], f["value"], f["at"]) for f in theirs["measurement"])
    for f in theirs["score"]:
        found["score", f["instrument"], f["total"], tuple(f["items"]), f["at"]] += 1
    found.update(("result", f["what"], f["value"], f["at"]) for f in theirs["result"])
    return found


def in_short(told: Any) -> dict[str, Any]:
    """Our screening in the words of the other one."""
    findings = {
        one.rule.id: (one.rule.then, one.by_words, frozenset(b.at[:10] for b in one.because if b.at))
        for one in told.findings
    }
    return {"findings": findings, "unknown": {one.rule.id for one in told.unknown}, "worst": told.worst}


def difference(ours: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    """The rules they differ about, with what each of them says."""
    rules = {rule for told in (ours, theirs) for rule in (*told["findings"], *told["unknown"])}
    said = {
        rule: [
            told["findings"].get(rule, "cannot tell" if rule in told["unknown"] else "no")
            for told in (ours, theirs)
        ]
        for rule in sorted(rules)
    }
    return {rule: both for rule, both in said.items() if both[0] != both[1]}


def row(record: records.Record, at: datetime, ours: IncomingRecord, told: Any) -> dict[str, str]:
    """One patient, for the table."""
    found = [
        f"**{one.rule.id}** ({one.rule.then}{', by words' if one.by_words else ''}): "
        + "; ".join(f"{b.what} {b.value} {b.at[:10]}".rstrip() for b in one.because)
        for one in told.findings
    ]
    return {
        "record": f"{record.folder}/{record.name}",
        "patient": f"{ours.person.given_name} {ours.person.family_name}, born {ours.person.birth_date}",
        "as of": at.date().isoformat(),
        "worst": told.worst,
        "findings": "<br>".join(found),
        "cannot tell": ", ".join(one.rule.id for one in told.unknown),
    }


def answers(chance: random.Random, questions: list[str], at: datetime) -> Iterator[dict[str, Any]]:
    """Up to three answers to each question, from the last two years."""
    for question in questions:
        for _ in range(chance.choice((0, 1, 1, 2, 3))):
            when = at - timedelta(
                minutes=chance.choice((5, 2_000, 50_000, 120_000, 600_000)) + chance.randrange(60)
            )
            yield {
                "question": question,
                "answer": chance.choice(("yes", "no", "no", "unknown")),
                "said_by": chance.choice(("patient", "prescriber")),
                "at": when.astimezone(UTC),
                "day": when.date().isoformat(),
            }

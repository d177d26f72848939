"""The handbook says every rule of the protocol, each with its source, on the page and on paper alike."""

import json
from datetime import UTC, datetime
from itertools import chain

import pytest

from openkap.clinical.protocol import BASIS_SAYS
from openkap.clinical.rules import Rule
from openkap.clinical.wording import condition
from openkap.reports import handbook as book
from tests.clinical.charts import adopted

PROTOCOL = adopted()
BOOK = book.handbook(PROTOCOL)
LINES = {line.id: line for line in chain.from_iterable(s.lines for c in BOOK.chapters for s in c.sections)}
MADE = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize("rule", PROTOCOL.rules, ids=lambda rule: rule.id)
def test_every_rule_has_its_line(rule: Rule) -> None:
    """Its sentence, when it speaks, what to do, whom to ask, where it comes from and how sure that is."""
    line = LINES[rule.id]
    assert (line.says, line.act, line.sources, line.basis) == (rule.says, rule.act, rule.sources, rule.basis)
    assert line.speaks.casefold().removesuffix(".") == condition(rule.when, PROTOCOL).casefold()
    assert rule.ask in line.ask and bool(rule.override) is bool(line.past)
    assert line.basis in BASIS_SAYS


def test_each_line_stands_once() -> None:
    """A rule that stood in two chapters could be mended in one."""
    names = [line.id for c in BOOK.chapters for s in c.sections for line in s.lines]
    rules = [name for name in names if name in {rule.id for rule in PROTOCOL.rules}]
    assert sorted(rules) == sorted(rule.id for rule in PROTOCOL.rules)


def test_what_is_open_and_what_is_counted_stand_in_it_too() -> None:
    """Numbers with their values, gaps with what they want, routes with the anaesthetic range beside them."""
    assert LINES["impaired-after-dose"].speaks == "1 day"
    assert "above which no dose is given" in LINES["bp-hard-stop"].speaks
    assert "anaesthetic 1" in LINES["iv"].speaks.casefold()
    assert "minimal" in LINES["phq9"].speaks


def test_what_plans_are_built_from_stands_in_it_too() -> None:
    """Each indication, series, look, stop rule, competence and consideration, with its basis and sources."""
    planning = PROTOCOL.planning
    kinds = {
        "indication": planning.indications,
        "series": planning.series,
        "stop": planning.stops,
        "competence": planning.competences.values(),
        "route": [one.rule for one in planning.considerations],
    }
    for kind, every in kinds.items():
        for one in every:
            line = LINES[f"{kind}-{one.id}"]
            assert (line.basis, line.sources) == (one.basis, one.sources)
    assert {f"look-{one.after}" for one in planning.looks} <= set(LINES)
    assert LINES["indication-ptsd"].speaks.startswith("Mixed evidence. ")
    assert LINES["series-six-infusions"].speaks.startswith("6 doses, 2 to 4 days apart. ")
    assert LINES["series-one-infusion"].speaks.startswith("1 dose. ")


def test_every_source_that_a_line_names_is_listed() -> None:
    """And none that no line names."""
    named = {name for line in LINES.values() for name in line.sources}
    assert {name for name, _, _ in BOOK.sources} == named


def test_the_pdf_is_tagged_and_the_same_each_time() -> None:
    """An auditor can compare two copies by their bytes; a screen reader can read either."""
    first, again = (book.as_pdf(BOOK, clinic="Lakeside", adopted="x.", made=MADE) for _ in range(2))
    assert first == again and first.startswith(b"%PDF-")
    assert b"pdfuaid" in first
    assert first != book.as_pdf(BOOK, clinic="Hilltop", adopted="x.", made=MADE)


def test_words_of_a_clinic_are_text_and_never_markup() -> None:
    """A name that looks like a command of the typesetter is printed as it is."""
    assert book.as_pdf(BOOK, clinic='#panic("x") *_$', adopted="#x", made=MADE).startswith(b"%PDF-")


def test_the_examples_are_of_rules_that_exist() -> None:
    """A rule that was removed leaves no example behind."""
    assert set(book.examples()) <= {rule.id for rule in PROTOCOL.rules}
    assert json.loads(book.EXAMPLES.read_text(encoding="utf-8")) == book.examples()

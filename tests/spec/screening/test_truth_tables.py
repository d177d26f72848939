"""Every screening rule answers as its truth table says, also at the edges of its numbers."""

from collections import defaultdict

import pytest

from openkap.clinical.evaluate import evaluate
from openkap.clinical.rules import (
    Absent,
    AllergyTo,
    Asked,
    ConditionOn,
    Elapsed,
    MedicineOn,
    Met,
    Present,
    Rule,
    Speaks,
    parts_of,
)
from tests.clinical.charts import adopted
from tests.spec.screening import body, gathered, heart, mind, substances, together
from tests.spec.screening.rows import (
    AT,
    CANNOT_TELL,
    MET,
    NOT_MET,
    Row,
    answered,
    cannot_tell,
    chart_of,
    met,
    named,
    not_met,
    person,
)

PROTOCOL = adopted()
RULES = [rule for rule in PROTOCOL.rules if rule.stage == "screening" and rule.then != "block"]
SIMPLE = (ConditionOn, MedicineOn, AllergyTo)


def asks_only_of_a_life(rule: Rule) -> bool:
    """The condition is about history alone, so an answer settles it."""
    return all(isinstance(part, SIMPLE) for part in parts_of(rule.when) if not hasattr(part, "parts"))


def always(rule: Rule) -> list[Row]:
    """What holds of every question put to a person."""
    rows = [
        not_met(rule.id, "answered no", answered(rule.id, "no")),
        cannot_tell(rule.id, "nothing on file and nobody asked"),
        cannot_tell(rule.id, "asked, and not known", answered(rule.id, "unknown")),
    ]
    return (
        [*rows, met(rule.id, "answered yes", answered(rule.id, "yes"))] if asks_only_of_a_life(rule) else rows
    )


def history(rule: Rule) -> bool:
    return bool(rule.ask) and not any(isinstance(part, Asked | Speaks) for part in parts_of(rule.when))


WRITTEN = [*mind.ROWS, *heart.ROWS, *body.ROWS, *substances.ROWS, *together.ROWS, *gathered.ROWS]
ROWS = [*WRITTEN, *(row for rule in RULES if history(rule) for row in always(rule))]
ROWS += [
    cannot_tell("pregnancy-test-missing", "nobody asked"),
    not_met("pregnancy-test-missing", "it is not possible", answered("pregnancy-test-missing", "no")),
    cannot_tell("bp-above-limit", "nothing on file"),
    cannot_tell("bp-crisis", "nothing on file"),
    cannot_tell("vital-signs-outside", "nothing on file"),
    cannot_tell("phq9-item-9", "nothing on file"),
]


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_the_rule_answers_as_its_table_says(row: Row) -> None:
    """One line of a truth table."""
    told = evaluate(PROTOCOL.rule(row.rule), row.chart, PROTOCOL, AT)
    assert named(told) == row.answer, told
    if isinstance(told, Met):
        assert told.because, "a finding without the patient's own data"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_has_a_whole_truth_table(rule: Rule) -> None:
    """Met, not met, and cannot tell unless the rule looks only at what is there or not."""
    told = defaultdict(set)
    for row in ROWS:
        told[row.rule].add(row.answer)
    certain = all(
        isinstance(part, Absent | Present | Elapsed)
        for part in parts_of(rule.when)
        if not hasattr(part, "parts")
    )
    assert told[rule.id] >= (
        {MET, NOT_MET} if certain or rule.id == "drug-screen-positive" else {MET, NOT_MET, CANNOT_TELL}
    )


def test_every_value_set_is_reached_by_a_written_row() -> None:
    """No code list lies about unused: each is named by a rule."""
    named_sets = {
        part.value_set for rule in PROTOCOL.rules for part in parts_of(rule.when) if isinstance(part, SIMPLE)
    }
    assert set(PROTOCOL.value_sets) == named_sets


def test_words_are_shown_for_confirmation_and_codes_are_not() -> None:
    """A match by text alone says so; the code of the same idea does not."""
    for row in WRITTEN:
        told = evaluate(PROTOCOL.rule(row.rule), row.chart, PROTOCOL, AT)
        if isinstance(told, Met) and row.says in {"the word alone, uncoded", "hypomania in words"}:
            assert told.by_words
        if isinstance(told, Met) and row.says == "schizophrenia by its code":
            assert not told.by_words


def test_nothing_on_file_is_never_a_pass() -> None:
    """An empty chart of an adult answers "cannot tell" to every question about a life."""
    chart = chart_of([(AT, person())])
    for rule in RULES:
        if history(rule):
            assert named(evaluate(rule, chart, PROTOCOL, AT)) == CANNOT_TELL, rule.id

"""Two protocols told apart in words: every kind of difference, and nothing where there is none."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from openkap.clinical.differences import differences
from openkap.clinical.entries.screening import Measurement
from openkap.clinical.protocol import Change, Protocol
from openkap.clinical.quantity import Decimal
from openkap.clinical.rules import Rule
from openkap.clinical.what_if import otherwise
from openkap.protocol.load import load, shipped
from tests.clinical.charts import chart_of, person
from tests.conftest import AT

SHIPPED = shipped()
BY = 'by = "Dr Obi"\non = 2026-03-02\nreason = "Committee"\n'


def changed(text: str) -> Protocol:
    return load(overlay=f"[[change]]\n{text}\n{BY}")


def told(before: Protocol, after: Protocol) -> list[str]:
    return [one.says for one in differences(before, after)]


def with_rule(name: str, **fields: object) -> Protocol:
    rules = tuple(replace(rule, **fields) if rule.id == name else rule for rule in SHIPPED.rules)
    return replace(SHIPPED, rules=rules)


def test_the_same_is_not_different() -> None:
    """Nothing is told of a protocol beside itself."""
    assert differences(SHIPPED, SHIPPED) == ()


def test_a_gap_that_is_set_is_told_with_who_set_it() -> None:
    """And the other way round it is no longer asked."""
    set_ = changed('rule = "pregnancy-test-old"\nwhen = { absent = "result", within = "7 d" }')
    (one,) = differences(SHIPPED, set_)
    assert one.says.startswith("Set: The pregnancy test is too old. It speaks when no entry")
    assert (one.change.by, one.change.on, one.change.reason) == ("Dr Obi", date(2026, 3, 2), "Committee")
    assert told(set_, SHIPPED) == ["No longer asked: The pregnancy test is too old"]


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"then": "stabilise"}, "Porphyria: was “Decide”, now “Settle first”"),
        ({"then": "block"}, "Porphyria: was “Decide”, now “block”"),
        ({"override": ""}, "Porphyria: prescriber could go past it, now nobody can"),
        ({"says": "Any porphyria"}, "“Porphyria” is now called “Any porphyria”"),
    ],
)
def test_a_change_of_a_rule_is_told(fields: dict[str, str], says: str) -> None:
    """Its grade, who may go past it, its name."""
    assert told(SHIPPED, with_rule("porphyria", **fields)) == [says]


def test_a_rule_that_is_new_or_gone_is_told() -> None:
    """One that nobody had left open is new, not set."""
    fewer = replace(SHIPPED, rules=tuple(rule for rule in SHIPPED.rules if rule.id != "porphyria"))
    assert told(SHIPPED, fewer) == ["No longer asked: Porphyria"]
    assert told(fewer, SHIPPED) == ["New: Porphyria. It speaks when porphyria is on file, now or ever"]


def test_a_number_is_told_with_both_values() -> None:
    """Set, changed, and taken away again."""
    name = 'number = "impaired-after-dose"'
    longer = changed(f'{name}\nvalue = "48 h"')
    assert told(SHIPPED, longer) == [
        "After a dose the patient signs nothing for this long: was 1 day, now 2 days"
    ]
    set_ = changed('number = "ecg-every"\nvalue = "90 d"')
    said = "An electrocardiogram is repeated this often while doses go on"
    assert told(SHIPPED, set_) == [f"Set: {said}: 90 days"]
    assert told(set_, SHIPPED) == [f"No longer set: {said}"]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("vial-strengths", (10, 50), "was 10, 50, 100, now 10, 50"),
        ("fasting-spray", (timedelta(minutes=20), timedelta(hours=2)), "was 30 min, 2 h, now 20 min, 2 h"),
        ("ideal-weight-from-bmi", Decimal("32.50"), "was 30, now 32.5"),
        ("review-after-doses", 2, "was 3, now 2"),
    ],
)
def test_a_number_reads_as_it_is_said(name: str, value: object, words: str) -> None:
    """Spans in words, several side by side, no trailing nought."""
    number = SHIPPED.numbers[name]
    after = replace(SHIPPED, numbers={**SHIPPED.numbers, name: replace(number, value=value)})
    assert told(SHIPPED, after) == [f"{number.says}: {words}"]


def test_a_cap_and_an_answer_in_words_are_told() -> None:
    """What a route left open, and what a director said to it."""
    cap = changed('open = "route im: the highest dose of a plan (DOS-10)"\ncap_mg_per_kg = 1.2')
    said = "route im: the highest dose of a plan (DOS-10)"
    assert told(SHIPPED, cap) == [f"Set: {said}: 1.2 mg/kg"]
    assert told(cap, SHIPPED) == [f"No longer set: {said}"]
    assert told(cap, cap) == []
    assert cap.routes["im"].cap_mg_per_kg == Decimal("1.2")
    assert said not in {one.name for one in cap.unset}


def test_another_consent_is_told_by_its_version() -> None:
    """The title and both versions."""
    name, text = next(iter(SHIPPED.consents.items()))
    newer = replace(SHIPPED, consents={**SHIPPED.consents, name: replace(text, version="99")})
    assert told(SHIPPED, newer) == [f"{text.title}: version {text.version} becomes version 99"]
    without = replace(SHIPPED, consents={k: v for k, v in SHIPPED.consents.items() if k != name})
    assert told(without, SHIPPED) == [f"{text.title}: new, in version {text.version}"]


PRESSURE = [
    (AT - timedelta(days=1), Measurement(what=what, value=Decimal(value), unit="mm[Hg]"))
    for what, value in (("systolic", "150"), ("diastolic", "80"))
]
STRICTER = changed(
    'rule = "bp-hard-stop"\n'
    'when = { measurement = "blood-pressure", above = { systolic = 145, diastolic = 100 }, within = "30 d" }'
)


def test_a_person_whose_result_would_change_is_named_with_what() -> None:
    """The worst grade under both, and what is new; the other way round it is no longer."""
    chart = chart_of([(AT - timedelta(days=30), person()), *PRESSURE])
    found = otherwise(chart, SHIPPED, STRICTER, AT)
    assert (found.worst_now, found.worst_then) == ("decide", "exclude")
    assert found.gained == ("Blood pressure at which nobody may go ahead",) and found.lost == ()
    back = otherwise(chart, STRICTER, SHIPPED, AT)
    assert back.lost == found.gained and back.gained == ()


def test_what_could_no_longer_be_told_is_a_change_too() -> None:
    """A new rule without its data; the same protocol changes nothing."""
    chart = chart_of([(AT - timedelta(days=30), person())])
    found = otherwise(chart, SHIPPED, STRICTER, AT)
    assert found.opened == ("Blood pressure at which nobody may go ahead",)
    assert (found.gained, found.lost) == ((), ())
    assert otherwise(chart, SHIPPED, SHIPPED, AT) is None


def test_a_change_is_named_by_what_it_touches() -> None:
    """So that nobody's reason stands beside another's rule."""
    rule: Rule = SHIPPED.rule("porphyria")
    one = Change("porphyria", "Dr Obi", date(2026, 3, 2), "x")
    other = Change("glaucoma", "Dr Obi", date(2026, 3, 2), "y")
    after = replace(with_rule(rule.id, then="warn"), changes=(other, one))
    assert [(found.touches, found.change) for found in differences(SHIPPED, after)] == [("porphyria", one)]

"""Two protocols told apart in words: every kind of difference, and nothing where there is none."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from openkap.clinical.differences import differences
from openkap.clinical.entries.screening import Measurement
from openkap.clinical.entries.words import Code
from openkap.clinical.protocol import Change, Protocol
from openkap.clinical.quantity import Decimal
from openkap.clinical.rules import Rule
from openkap.clinical.what_if import otherwise
from openkap.protocol.load import load, shipped
from tests.clinical.charts import chart_of, person
from tests.conftest import AT

SHIPPED = shipped()
PORPHYRIA = SHIPPED.rule("porphyria")
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
        ({"second": "therapist"}, "Porphyria: the second person who confirms that was nobody, now therapist"),
        ({"gate": "start-dose"}, "Porphyria: what it closes was nothing, now “start dose”"),
        ({"at_home": "exclude"}, "Porphyria: its grade at home was the same, now “Stops treatment”"),
        (
            {"answer_holds": timedelta(days=30)},
            "Porphyria: how long an answer counts was for good, now 30 days",
        ),
        ({"asked_of_sex": ("female",)}, "Porphyria: whose sex it is asked of was any, now female"),
        ({"closed_by": "no-others"}, "Porphyria: what settles its question too was nothing, now no others"),
        ({"ask_of": "monitor"}, f"Porphyria: who is asked was {PORPHYRIA.ask_of}, now monitor"),
        ({"ask": "Porphyria?"}, f"Porphyria: its question was “{PORPHYRIA.ask}”, now “Porphyria?”"),
        ({"act": ("Wait",)}, f"Porphyria: what to do was “{'; '.join(PORPHYRIA.act)}”, now “Wait”"),
        ({"tells": ("A.", "B.")}, "Porphyria: what the patient is told was nothing, now “A. B.”"),
    ],
)
def test_a_change_of_a_rule_is_told(fields: dict[str, str], says: str) -> None:
    """Its grade, who may go past it, its name, its question and what it closes."""
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
    open_ = "route im: the highest dose of a plan (DOS-10)"
    said = "Intramuscular injection: the highest dose of a plan (DOS-10)"
    assert told(SHIPPED, cap) == [f"Set: {said}: 1.2 mg/kg"]
    assert told(cap, SHIPPED) == [f"No longer set: {said}"]
    assert told(cap, cap) == []
    assert cap.routes["im"].cap_mg_per_kg == Decimal("1.2")
    assert open_ not in {one.name for one in cap.unset}


def with_one(shelf: str, name: str, **fields: object) -> Protocol:
    held = getattr(SHIPPED, shelf)
    return replace(SHIPPED, **{shelf: {**held, name: replace(held[name], **fields)}})


STROKE = SHIPPED.value_sets["stroke"]


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"codes": (*STROKE.codes, Code("icd10cm", "Z99"))}, "code added: icd10cm Z99"),
        ({"words": STROKE.words[1:]}, f"word taken away: {STROKE.words[0]}"),
        ({"not_codes": (Code("icd10cm", "I63.9"),)}, "exception added: icd10cm I63.9"),
        ({"not_words": (*STROKE.not_words, "warmth")}, "word that keeps it from matching added: warmth"),
    ],
)
def test_what_a_value_set_takes_is_told(fields: dict[str, object], says: str) -> None:
    """Every code and word that came or went."""
    assert told(SHIPPED, with_one("value_sets", "stroke", **fields)) == [f"{STROKE.title}: {says}"]


PHQ9 = SHIPPED.instruments["phq9"]


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"stem": "Lately?"}, "its opening words changed"),
        ({"remission_below": None}, f"remission was {PHQ9.remission_below}, now not set"),
        ({"recall": timedelta(days=7)}, "how far back it asks was 14 days, now 7 days"),
        ({"bands": ((0, "low"), (9, "high"))}, "now “low” from 0, “high” from 9"),
        ({"bands_of": {"female": ((3, "high"),)}}, "its bands for female were "),
        ({"items": PHQ9.items[:8]}, "its questions changed"),
    ],
)
def test_what_an_instrument_asks_and_means_is_told(fields: dict[str, object], says: str) -> None:
    """Its name, its numbers, its bands, its words."""
    (said,) = told(SHIPPED, with_one("instruments", "phq9", **fields))
    assert says in said


def test_what_is_new_on_a_shelf_or_gone_is_told() -> None:
    """A value set and an instrument."""
    more = replace(
        SHIPPED,
        value_sets={**SHIPPED.value_sets, "other": STROKE},
        instruments={**SHIPPED.instruments, "other": PHQ9},
    )
    assert told(SHIPPED, more) == [f"{STROKE.title}: new", f"{PHQ9.title}: new"]
    assert told(more, SHIPPED) == [f"{STROKE.title}: no longer known", f"{PHQ9.title}: no longer known"]


def test_an_instrument_of_another_name_is_told() -> None:
    """Beside every rule that is said with that name."""
    assert f"PHQ: was called “{PHQ9.title}”" in told(SHIPPED, with_one("instruments", "phq9", title="PHQ"))


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


def test_a_finding_of_another_grade_has_moved() -> None:
    """It is neither new nor gone, and both grades are said."""
    milder = replace(
        STRICTER,
        rules=tuple(
            replace(rule, then="warn") if rule.id == "bp-hard-stop" else rule for rule in STRICTER.rules
        ),
    )
    chart = chart_of([(AT - timedelta(days=30), person()), *PRESSURE])
    found = otherwise(chart, STRICTER, milder, AT)
    says = "Blood pressure at which nobody may go ahead: was “Stops treatment”, now “Know”"
    assert (found.moved, found.gained, found.lost) == ((says,), (), ())


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

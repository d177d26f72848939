"""Each alert's condition: both sides of every limit, what is missing, and silence by the clock."""

from dataclasses import replace
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from openkap.clinical.alerts.judge import Heard
from openkap.clinical.alerts.rules import Silent, Tapped
from openkap.clinical.entries.dosing import Discharged, DoseEnded, VisitBooked, VisitStopped
from openkap.clinical.entries.home import VideoChanged
from openkap.clinical.quantity import Milligrams
from tests.clinical.alerts.room import DOSE, SECOND, VISIT, Room, minute, with_number
from tests.clinical.charts import MINUTE, adopted, ended

PAIRS = [
    ("pressure-crisis", {"systolic": 180, "diastolic": 80}, {"systolic": 179, "diastolic": 119}),
    ("pressure-crisis", {"systolic": 150, "diastolic": 120}, {"systolic": 179, "diastolic": 119}),
    ("pressure-event", {"systolic": 181, "diastolic": 80}, {"systolic": 180, "diastolic": 100}),
    ("pressure-event", {"systolic": 150, "diastolic": 101}, {"systolic": 180, "diastolic": 100}),
    ("pressure-emergent", {"systolic": 165, "diastolic": 80}, {"systolic": 164, "diastolic": 99}),
    ("pressure-emergent", {"systolic": 150, "diastolic": 100}, {"systolic": 164, "diastolic": 99}),
    ("pressure-low", {"systolic": 89, "diastolic": 50}, {"systolic": 90, "diastolic": 50}),
    ("pulse-out", {"heart_rate": 49}, {"heart_rate": 50}),
    ("pulse-out", {"heart_rate": 151}, {"heart_rate": 150}),
    ("pulse-event", {"heart_rate": 111}, {"heart_rate": 110}),
    ("oxygen-act", {"spo2": "89.9"}, {"spo2": 90}),
    ("oxygen-look", {"spo2": "93.9"}, {"spo2": 94}),
    ("oxygen-and-sedation", {"spo2": 93, "sedation": 4}, {"spo2": 93, "sedation": 5}),
    ("oxygen-and-sedation", {"spo2": 93, "sedation": 4}, {"spo2": 94, "sedation": 4}),
    ("no-response", {"sedation": 0}, {"sedation": 1}),
    ("pressure-far", {"systolic": 180}, {"systolic": 179}),
    ("pressure-far", {"systolic": 76}, {"systolic": 77}),
    ("pulse-far", {"heart_rate": 101}, {"heart_rate": 100}),
    ("pulse-far", {"heart_rate": 43}, {"heart_rate": 44}),
]
"""Alert, values that make it hold, values one step on the other side. Before the dose: 128, 72, 98 %, 5."""


@pytest.mark.parametrize(("alert", "beyond", "within"), PAIRS)
def test_an_alert_holds_from_its_limit_on(alert: str, beyond: dict[str, Any], within: dict[str, Any]) -> None:
    """The last value within is silent, the first beyond speaks, with the value and the limit in its words."""
    high, low = Room(), Room()
    high.chart_vitals(10, **beyond)
    low.chart_vitals(10, **within)
    found = high.looked(10)[alert]
    assert found.state == "holds"
    assert found.since == minute(10)
    assert all("limit:" in m.value or "before the dose" in m.value for m in found.measured)
    assert low.state(alert, 10) == "clear"


def test_every_alert_on_values_has_a_pair() -> None:
    """A limit nobody tests at its edge is a limit nobody knows."""
    asked = {rule.id for rule in adopted().alerting.rules if rule.family == "limit"}
    gaps = {"oxygen-fallen", "deep-sedation"}
    assert {alert for alert, _, _ in PAIRS} | gaps | {"pressure-not-back", "pulse-not-back"} == asked


@pytest.mark.parametrize(("oxygen", "awake"), list(product((None, 93, 94), (None, 4, 5))))
def test_two_together_need_both(oxygen: int | None, awake: int | None) -> None:
    """The truth table: missing beside a clear part is clear, beside one that holds it cannot be told."""
    room = Room()
    room.entries = [e for e in room.entries if getattr(e.fact, "KIND", "") != "vital-signs"]
    values = {n: v for n, v in (("spo2", oxygen), ("sedation", awake)) if v is not None}
    if values:
        room.chart_vitals(5, **values)
    told = "holds" if oxygen and awake else "unknown"
    expected = "clear" if oxygen == 94 or awake == 5 else told
    assert room.state("oxygen-and-sedation", 6) == expected


def test_what_nobody_set_never_speaks() -> None:
    """A gap is off and cannot say that all is clear; set by the director it speaks at once."""
    room = Room()
    room.chart_vitals(5, sedation=2, spo2=88)
    assert room.state("deep-sedation", 5) == "unknown"
    assert room.state("oxygen-fallen", 5) == "unknown"
    for limit, state in ((3, "holds"), (2, "clear")):
        room.protocol = with_number("sedation-call", limit)
        assert room.state("deep-sedation", 5) == state
    for share, state in ((10, "holds"), (11, "clear")):  # 98 to 88 is 10.2 %
        room.protocol = with_number("oxygen-fall", share)
        assert room.state("oxygen-fallen", 5) == state


def test_a_clinic_may_tighten_a_limit() -> None:
    """The number in force is the one that counts."""
    room = Room(with_number("crisis-pressure", (170, 110)))
    room.chart_vitals(10, systolic=170, diastolic=90)
    found = room.looked(10)["pressure-crisis"]
    assert found.state == "holds"
    assert found.measured[0].value == "170 mm[Hg] (limit: at least 170)"


def test_the_worst_of_a_group_covers_the_rest() -> None:
    """At 190/125 one alert speaks, not three; at 170 the lowest alone."""
    room = Room()
    room.chart_vitals(10, systolic=190, diastolic=125)
    room.chart_vitals(20, systolic=170, diastolic=90)
    assert [(name, one.covered) for name, one in room.looked(10).items() if one.rule.group == "pressure"] == [
        ("pressure-crisis", False),
        ("pressure-event", True),
        ("pressure-far", True),
        ("pressure-emergent", True),
        ("pressure-not-back", True),
    ]
    later = room.looked(20)
    assert [later[n].state for n in ("pressure-crisis", "pressure-event", "pressure-emergent")] == [
        "clear",
        "clear",
        "holds",
    ]
    assert not later["pressure-emergent"].covered


@pytest.mark.parametrize(("heart", "state"), [(86, "clear"), (87, "holds"), (58, "clear"), (57, "holds")])
def test_back_at_baseline_is_asked_in_recovery_alone(heart: int, state: str) -> None:
    """20 % of 72 is 14.4; while the drug runs the same values say nothing."""
    room = Room()
    room.write(40, ended(VISIT))
    room.chart_vitals(75, systolic=128, diastolic=80, heart_rate=heart)
    assert room.state("pulse-not-back", 69) == "off"
    assert room.state("pulse-not-back", 76) == state


def test_the_baseline_is_the_persons_own() -> None:
    """The last values before the first dose; without any nobody can tell."""
    room = Room()
    room.chart_vitals(5, systolic=176)
    assert room.state("pressure-far", 5) == "clear"
    assert room.looked(5)["pressure-far"].measured == ()
    bare = Room()
    bare.entries = [e for e in bare.entries if getattr(e.fact, "KIND", "") != "vital-signs"]
    bare.chart_vitals(5, systolic=250, heart_rate=140)
    assert bare.state("pressure-far", 5) == "unknown"


@pytest.mark.parametrize(
    ("at", "written", "speaks"),
    [
        (10, 10, True),
        (10, 14.98, True),
        (10, 15, False),  # late: five minutes after it was measured
        (10, 9.9, False),  # from the future, even when its time has come
        (4, 8, False),  # older than what is here
    ],
)
def test_late_disordered_and_future_values_raise_nothing(at: float, written: float, speaks: bool) -> None:
    room = Room()
    room.full_set(5)
    room.chart_vitals(at, written=written, systolic=190, diastolic=125, spo2=80)
    assert (room.state("pressure-crisis", 16) == "holds") is speaks
    assert (room.state("oxygen-act", 16) == "holds") is speaks


@pytest.mark.parametrize(
    ("at", "written", "clears"), [(10, 10, True), (10, 15, False), (10, 9.9, False), (4, 8, False)]
)
def test_nor_do_they_clear_anything(at: float, written: float, clears: bool) -> None:
    room = Room()
    room.chart_vitals(5, systolic=190, diastolic=125)
    room.chart_vitals(at, written=written, systolic=120, diastolic=80)
    assert (room.state("pressure-crisis", 16) == "clear") is clears


def test_a_correction_stands_where_the_first_value_stood() -> None:
    """Written ten minutes later it still corrects; of one instant the later line stands."""
    room = Room()
    wrong = room.chart_vitals(5, systolic=190, diastolic=125)
    room.chart_vitals(5, written=15, corrects=wrong, systolic=119, diastolic=75)
    assert room.state("pressure-crisis", 15) == "clear"
    other = Room()
    first = other.chart_vitals(5, systolic=119, diastolic=75)
    again = other.chart_vitals(5, written=6, corrects=first, systolic=120, diastolic=75)
    other.chart_vitals(5, written=12, corrects=again, systolic=190, diastolic=125)
    assert other.state("pressure-crisis", 12) == "holds"
    other.chart_vitals(13, systolic=130, diastolic=80)
    assert other.state("pressure-crisis", 13) == "clear"


def test_a_symptom_holds_until_it_is_over() -> None:
    """Whatever the numbers; a late tap raises nothing; other taps are no symptom."""
    room = Room()
    room.tap(5, "nausea")
    assert room.state("symptom", 5) == "clear"
    room.tap(6, "chest pain")
    room.tap(7, "seizure")
    assert room.looked(8)["symptom"].since == minute(6)
    assert room.looked(8)["symptom"].measured[0].value == "chest pain"
    room.tap(9, "symptoms over")
    assert room.state("symptom", 9) == "clear"
    assert room.state("symptom", 8.9) == "holds"
    late = Room()
    late.tap(5, "seizure", written=10)
    assert late.state("symptom", 11) == "clear"


@pytest.mark.parametrize(
    ("alert", "expected"),
    [("check-overdue", "clear"), ("oxygen-missing", "holds"), ("sedation-missing", "holds")],
)
def test_part_of_a_check_is_not_the_check(alert: str, expected: str) -> None:
    """Blood pressure alone leaves the other two overdue."""
    room = Room()
    room.chart_vitals(5, systolic=130, diastolic=80)
    assert room.state(alert, 12) == expected


def test_an_overdue_check_speaks_a_minute_after_it_was_due() -> None:
    """Due at minute 10, then ten minutes after each set; never once the visit is over."""
    room = Room()
    due = minute(11)
    assert room.state("check-overdue", 11 - 1 / 60) == "clear"
    found = room.looked(11)["check-overdue"]
    assert (found.state, found.since) == ("holds", due - 60 * SECOND)
    room.full_set(12)
    assert room.state("check-overdue", 22.9) == "clear"
    assert room.state("check-overdue", 23) == "holds"
    room.write(24, VisitStopped(visit=VISIT, reason="alarm"))
    assert room.state("check-overdue", 25) == "off"


def test_an_infusion_whose_end_nobody_records() -> None:
    """A minute after the planned end; recording it clears; one dose at once has no such end."""
    room = Room()
    assert room.state("dose-end-missing", 40.9) == "clear"
    assert room.state("dose-end-missing", 41) == "holds"
    room.write(41.5, DoseEnded(visit=VISIT, given=Milligrams(Decimal(35))))
    assert room.state("dose-end-missing", 42) == "off"
    assert Room(route="im").state("dose-end-missing", 400) == "off"


@pytest.mark.parametrize(("seconds", "state"), [(9, "clear"), (10, "holds")])
def test_a_feed_that_fell_silent(seconds: int, state: str) -> None:
    """Ten seconds after it was last heard; where none is bound nothing is missed."""
    heard = Heard(feed_at=minute(5) - seconds * SECOND)
    assert Room().state("feed-stale", 5, heard) == state
    assert Room().state("feed-stale", 5) == "clear"


def test_the_engine_tells_that_it_was_away() -> None:
    """With how long; the next look is clear again."""
    heard = Heard(away=(minute(4), minute(4.5)))
    found = Room().looked(5, heard)["engine-away"]
    assert found.state == "holds"
    assert found.measured[0].value == "30 s"
    assert Room().state("engine-away", 5) == "clear"


def test_nothing_is_asked_after_going_home() -> None:
    """Every alert is off, so that whatever stood is cleared."""
    room = Room()
    room.chart_vitals(5, systolic=190, diastolic=125)
    room.write(6, Discharged(visit=VISIT, escort="sister", instructions_given=True))
    assert {one.state for one in room.looked(7).values()} == {"off"}


def test_no_workflow_prompt_looks_at_a_value() -> None:
    """The two families are told apart by what they look at."""
    for rule in adopted().alerting.rules:
        silent = isinstance(rule.when, Silent)
        assert rule.technical <= silent
        assert (rule.family == "workflow") is (silent or isinstance(rule.when, Tapped))


def at_home() -> Room:
    """The same dose, in a visit that was booked at home."""
    room = Room()
    room.entries = [
        replace(e, fact=replace(e.fact, place="home")) if isinstance(e.fact, VisitBooked) else e
        for e in room.entries
    ]
    return room


def test_a_sitter_nobody_heard_rings_a_minute_after_they_were_due() -> None:
    """A quarter of an hour from the dose, then from whatever they said last."""
    room = at_home()
    before = minute(16) - SECOND
    assert [room.state("sitter-silent", at) for at in ((before - DOSE) / MINUTE, 16)] == ["clear", "holds"]
    assert room.looked(16)["sitter-silent"].since == minute(15)
    room.tap(16, "sitter says all is well")
    assert [room.state("sitter-silent", at) for at in (16, 31.9, 32)] == ["clear", "clear", "holds"]


def test_what_the_sitter_said_before_the_dose_is_no_answer_after_it() -> None:
    """The clock begins with the dose."""
    room = at_home()
    room.tap(-1, "sitter says all is well")
    assert room.looked(16)["sitter-silent"].since == minute(15)


def test_nobody_sits_in_a_clinic() -> None:
    """The same minutes with staff in the room."""
    assert Room().state("sitter-silent", 60) == "clear"


def test_a_sitter_who_asks_for_help_rings_at_once() -> None:
    """Asking is an answer too, and it holds until somebody says that it is over."""
    room = at_home()
    room.tap(5, "sitter asks for help")
    assert (room.state("sitter-help", 5), room.state("sitter-silent", 20)) == ("holds", "clear")
    room.tap(6, "sitter says all is well")
    assert room.state("sitter-help", 6) == "holds"
    room.tap(7, "symptoms over")
    assert room.state("sitter-help", 7) == "clear"


def test_a_picture_that_is_lost_rings_and_becomes_an_emergency_three_minutes_later() -> None:
    """The first is to call the sitter; the second is for when nobody was seen or heard."""
    room = at_home()
    room.write(5, VideoChanged(visit=VISIT, to="lost"))
    assert [room.state("video-lost", at) for at in (4.9, 5)] == ["clear", "holds"]
    assert [room.state("video-lost-long", at) for at in (7.9, 8)] == ["clear", "holds"]
    room.write(6, VideoChanged(visit=VISIT, to="lost"))
    assert room.looked(9)["video-lost"].since == minute(5), "two reports of one loss are one loss"
    room.write(9, VideoChanged(visit=VISIT, to="connected"))
    assert (room.state("video-lost", 9), room.state("video-lost-long", 9)) == ("clear", "clear")


def test_a_sitter_who_answers_puts_the_emergency_off() -> None:
    """For three minutes each time: nobody sees the patient all the same."""
    room = at_home()
    room.write(5, VideoChanged(visit=VISIT, to="lost"))
    room.tap(7, "sitter says all is well")
    assert [room.state("video-lost-long", at) for at in (9.9, 10)] == ["clear", "holds"]
    assert room.state("video-lost", 9) == "holds"


def test_out_of_sight_counts_at_home_and_under_the_drug_alone() -> None:
    """Three minutes from the dose for a picture lost before it; never in the clinic."""
    home, clinic = at_home(), Room()
    for room in (home, clinic):
        room.write(-1, VideoChanged(visit=VISIT, to="lost"))
    assert [home.state("video-lost-long", at) for at in (2.9, 3)] == ["clear", "holds"]
    assert clinic.state("video-lost", 10) == "clear"

"""What has happened to each synthetic person by now: one function a story, named in people.toml."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

from openkap.actions import dosing, history, screening, video
from openkap.clinical.entries.screening import Medicine, Problem
from openkap.clinical.entries.words import Code
from openkap.demo import bringing
from openkap.demo.at_home import AtHome
from openkap.demo.clinic import second
from openkap.demo.telling import EVERY_DAYS, SESSIONS, Telling
from openkap.demo.visiting import Visiting

Story = Callable[[Telling], None]
STORIES: dict[str, Story] = {}

PSYCHOSIS = Problem(
    text="Schizophrenia, in remission for years",
    codes=(Code("icd10cm", "F20.9", "Schizophrenia, unspecified"),),
)
MANIA = Problem(
    text="Bipolar I disorder, current episode manic",
    codes=(
        Code("icd10cm", "F31.2", "Bipolar disorder, current episode manic severe with psychotic features"),
    ),
)
HYPERTENSION = Problem(
    text="Essential hypertension, no treatment",
    codes=(Code("icd10cm", "I10", "Essential (primary) hypertension"),),
)
THYROID = Problem(
    text="Overactive thyroid, Graves disease",
    codes=(
        Code("icd10cm", "E05.00", "Thyrotoxicosis with diffuse goiter without thyrotoxic crisis or storm"),
    ),
)
BIPOLAR = Problem(
    text="Bipolar II disorder, current episode depressed",
    codes=(Code("icd10cm", "F31.81", "Bipolar II disorder"),),
)
LITHIUM = Medicine(text="Lithium carbonate 450 mg", codes=(Code("rxnorm", "6448", "lithium"),))
CORONARY = Problem(
    text="Coronary artery disease, stent in 2019",
    codes=(Code("snomed", "53741008", "Coronary heart disease"),),
)
ROOMS = ("Room 1", "Room 2", "Room 3")


def story(name: str) -> Callable[[Story], Story]:
    def declare(told: Story) -> Story:
        STORIES[name] = told
        return told

    return declare


# --- screening ---


@story("arrived-as-record")
def arrived_as_record(of: Telling) -> None:
    """The record came in this morning; nobody has asked anything yet."""
    of.record_comes_in(of.day(0, 7, 40), answered=False)


@story("intake-under-way")
def intake_under_way(of: Telling) -> None:
    """Referred yesterday; at home, in the middle of the intake."""
    of.record_comes_in(of.day(1, 15), answered=False)
    of.intake_begun(of.now - timedelta(minutes=50), parts=2, more=3)


@story("asked")
def asked(of: Telling) -> None:
    """Asked, measured and scored; the decision is open."""
    of.record_comes_in(of.day(2, 9))
    of.measured(of.day(2, 9, 20))
    of.scored(of.day(2, 9, 40))


@story("self-harm-marked")
def self_harm_marked(of: Telling) -> None:
    """Marked item 9 of the PHQ-9 three quarters of an hour ago; nobody has taken the task."""
    of.record_comes_in(of.day(1, 11))
    of.measured(of.day(1, 11, 20))
    of.scored(of.now - timedelta(minutes=42), item9=2)


@story("psychosis-on-record")
def psychosis_on_record(of: Telling) -> None:
    """The record holds what stops treatment."""
    of.record_comes_in(of.day(3, 10), PSYCHOSIS)
    of.measured(of.day(3, 10, 20))
    of.scored(of.day(3, 10, 40))


@story("mania-on-record")
def mania_on_record(of: Telling) -> None:
    """Manic now; decided against."""
    of.record_comes_in(of.day(6, 10), MANIA)
    of.measured(of.day(6, 10, 20))
    of.scored(of.day(6, 10, 40))
    of.decided(of.day(5, 9), "not-suitable", "Manic now; referred back to the treating psychiatrist")


@story("pressure-untreated")
def pressure_untreated(of: Telling) -> None:
    """Hypertension that nobody treats: to be settled first."""
    of.record_comes_in(of.day(1, 14), HYPERTENSION)
    of.measured(of.day(1, 14, 20), (172, 104))
    of.scored(of.day(1, 14, 40))


@story("deferred")
def deferred(of: Telling) -> None:
    """Put off until the thyroid is treated, with a day to look again."""
    of.record_comes_in(of.day(20, 9), THYROID)
    of.measured(of.day(20, 9, 20))
    of.scored(of.day(20, 9, 40))
    again = of.day(0, 0).date() + timedelta(days=22)
    of.decided(
        of.day(19, 9), "deferred", "Thyroid treatment was started; look again in six weeks", until=again
    )


@story("words-to-confirm")
def words_to_confirm(of: Telling) -> None:
    """The record holds words without codes, and a reason that waits for a second person."""
    of.record_comes_in(of.day(2, 9), BIPOLAR, LITHIUM, Problem(text="Mother: hx of psychosis"))
    of.measured(of.day(2, 9, 20))
    of.scored(of.day(2, 9, 40))
    past = {"rule": "bipolar", "reason": "Depressed for a year; lithium level 0.7, sister watches for mania"}
    of.do(second(of.staff.clinic), dosing.override, of.day(1, 15), **past)


@story("letter-and-second")
def letter_and_second(of: Telling) -> None:
    """Two findings gone past by two prescribers, a letter from cardiology, two failed trials; suitable."""
    of.record_comes_in(of.day(12, 9), BIPOLAR, LITHIUM, CORONARY)
    of.measured(of.day(12, 9, 20))
    of.scored(of.day(12, 9, 40))
    gathered(of, of.day(10, 11))
    reasons = {
        "bipolar": "No mania in nine years; lithium goes on through the course",
        "coronary-disease": "One stent in 2019, free of pain; cardiology agrees",
    }
    for rule, reason in reasons.items():
        of.do(of.staff.prescriber, dosing.override, of.day(7, 10), rule=rule, reason=reason)
        of.do(second(of.staff.clinic), dosing.second, of.day(6, 9), rule=rule)
    sober = {"question": "intoxication", "answer": "no", "said_by": "patient"}
    of.do(of.staff.therapist, screening.answer_history, of.day(5, 9, 50), **sober)
    of.decided(of.day(5, 10))


def gathered(of: Telling, at: datetime) -> None:
    """What a careful clinic writes down before it decides."""
    failed = {"treatment": "antidepressant", "adequate": "yes", "this_episode": "yes", "adherence": "full"}
    weeks = {"outcome": "no-response", "weeks": 10, "reason": "Ten weeks at the full dose, taken daily"}
    therapist, prescriber = of.staff.therapist, of.staff.prescriber
    sertraline = {"what": "Sertraline", "dose": "150 mg a day", "highest_dose": "200 mg"}
    of.do(therapist, history.record_trial, at, **failed, **weeks, **sertraline)
    longer = {"weeks": 12, "reason": "Twelve weeks, to 225 mg; the blood level was in range"}
    venlafaxine = {"what": "Venlafaxine", "dose": "225 mg a day", "when": "until last spring"}
    of.do(therapist, history.record_trial, at, **failed, **weeks | venlafaxine | longer)
    therapy = {"treatment": "psychotherapy", "what": "Cognitive behavioural therapy", "dose": "16 sessions"}
    judged = {"outcome": "partial-response", "adequate": "unknown", "this_episode": "no"}
    of.do(therapist, history.record_trial, at, **therapy, **judged)
    letter = {
        "rule": "coronary-disease",
        "specialty": "Cardiology",
        "signed_by": "Dr Odile Marchetti",
        "written_on": at.date() - timedelta(days=2),
        "valid_until": at.date() + timedelta(days=180),
        "opinion": "may-with-conditions",
        "says": "Stress test without ischaemia. Keep systolic pressure below 160; stop with chest pain.",
    }
    of.do(prescriber, history.record_letter, at, **letter)
    of.do(prescriber, history.record_asa, at, asa=3, reason="Treated coronary disease, stable")
    of.do(prescriber, history.record_query, at, showed="expected", reference="synthetic 4417")
    drink = {"substance": "Alcohol", "how": "two glasses of wine a week", "last_use": "last weekend"}
    of.do(therapist, history.record_substance, at, **drink)
    said = dict.fromkeys(("snores", "stops_breathing", "thick_neck"), "no")
    of.do(therapist, history.record_stop_bang, at, tired="yes", high_pressure="yes", **said)


@story("new-since")
def new_since(of: Telling) -> None:
    """Called suitable and consented; then told about seizures that nobody knew of."""
    of.screened(6)
    of.consented(of.day(3, 14))
    told = {"question": "seizure", "answer": "yes", "said_by": "patient", "note": "Two fits this spring"}
    of.do(of.staff.therapist, screening.answer_history, of.day(1, 16), **told)


# --- preparation ---


@story("suitable")
def suitable(of: Telling) -> None:
    of.screened(4)


@story("consented")
def consented(of: Telling) -> None:
    of.screened(6)
    of.consented(of.day(3, 14))


@story("prepared")
def prepared(of: Telling) -> None:
    of.screened(8)
    of.consented(of.day(4, 14))
    of.prepared(of.day(3, 15))


@story("planned")
def planned(of: Telling) -> None:
    of.screened(10)
    of.consented(of.day(6, 14))
    of.prepared(of.day(5, 15))
    of.planned(of.day(1, 16))


# --- dosing ---


def doses(of: Telling, count: int, last: int, *, integrate_last: bool = True) -> Visiting | None:
    """So many doses a week apart, the last one `last` days ago, each with all that belongs to it."""
    if not of.chart:
        of.made_ready(last + EVERY_DAYS * max(0, count - 1))
    visiting = None
    for number in range(count):
        before = last + EVERY_DAYS * (count - 1 - number)
        start = of.day(before, 9 + of.chance.randint(0, 2), 30)
        visiting = Visiting(of, start, of.chance.choice(ROOMS)).booked(of.day(before + 1, 12))
        of.scored(start - timedelta(minutes=30))
        visiting.whole(close=number == count - 1)
        if number < count - 1 or integrate_last:
            of.contacted(visiting.visit, of.day(before - 1, 9))
            of.integrated(visiting.visit, of.day(before - 2, 16))
        if of.doses == SESSIONS // 2 and number < count - 1:
            of.reviewed(of.day(before - 3, 11))
    return visiting


@story("booked")
def booked(of: Telling) -> None:
    """Ready, with the first dose in a few days."""
    of.made_ready(1)
    starts_at = of.day(0, 0) + timedelta(days=of.person.days, hours=10)
    Visiting(of, starts_at, "Room 2").booked(of.day(0, 8))


@story("between")
def between(of: Telling) -> None:
    """Between two doses, the next one booked."""
    doses(of, of.person.doses, of.person.days)
    if of.doses == SESSIONS // 2:
        of.reviewed(of.day(of.person.days - 3, 11))
    starts_at = of.day(0, 0) + timedelta(days=EVERY_DAYS - of.person.days, hours=10, minutes=30)
    Visiting(of, starts_at, of.chance.choice(ROOMS)).booked(of.day(0, 8))


def today(of: Telling, room: str, starts_at: datetime) -> Visiting:
    """Everything until today's visit is booked."""
    doses(of, of.person.doses, EVERY_DAYS)
    if of.doses == SESSIONS // 2:
        of.reviewed(of.day(3, 11))
    midnight = of.day(0, 0)
    within = min(max(starts_at, midnight), midnight + timedelta(hours=23, minutes=45))
    visiting = Visiting(of, within, room).booked(of.day(1, 12))
    bringing.confirmed(of, of.day(1, 12, 30))
    return visiting


@story("today")
def comes_today(of: Telling) -> None:
    """Comes later today."""
    room = "Room 3" if of.person.minutes < 60 else "Room 1"
    today(of, room, _round(of.now + timedelta(minutes=of.person.minutes)))


@story("pressure-today")
def pressure_today(of: Telling) -> None:
    """Here, checked, and above the limit for starting: waits for the prescriber."""
    visiting = today(of, "Room 2", of.now - timedelta(minutes=30))
    visiting.arrived(of.now - timedelta(minutes=22))
    signs = {
        "systolic": Decimal(168),
        "diastolic": Decimal(98),
        "heart_rate": Decimal(84),
        "spo2": Decimal(98),
    }
    fields = {"visit": visiting.visit, "sedation": 5, "source": "synthetic", **signs}
    of.do(of.staff.monitor, dosing.chart_vitals, of.now - timedelta(minutes=4), **fields)


@story("live")
def live(of: Telling) -> None:
    """In the room now, some minutes into the infusion; the simulated monitor goes on from here."""
    visiting = today(of, "Room 1", of.now - timedelta(minutes=43))
    visiting.dose_at = of.now - timedelta(minutes=18)
    under_way(visiting, of.now)


def under_way(visiting: Visiting, now: datetime) -> None:
    """From the door to this moment of the infusion."""
    visiting.arrived(visiting.dose_at - timedelta(minutes=21))
    visiting.signs(visiting.dose_at - timedelta(minutes=3))
    visiting.dosed()
    visiting.felt(visiting.dose_at + timedelta(minutes=7), "drowsy")
    visiting.signs(visiting.dose_at + timedelta(minutes=10), sedation=4)
    visiting.felt(min(now, visiting.dose_at + timedelta(minutes=14)), "dissociation")
    visiting.monitored(visiting.dose_at - timedelta(minutes=3), now)


@story("home-today")
def home_today(of: Telling) -> None:
    """Takes the first lozenge at home later today; nobody has called yet."""
    starts_at = _round(of.now + timedelta(minutes=of.person.minutes))
    AtHome(of).settled(1).booked(starts_at, of.day(1, 12))


@story("home-waits")
def home_waits(of: Telling) -> None:
    """At home, seen and asked; then the picture was lost, so the dose stays locked."""
    visiting = AtHome(of).settled(1).booked(of.now, of.day(1, 12))
    at = of.now - timedelta(minutes=14)
    there = visiting.let_in(at)
    visiting.arrived(at + timedelta(minutes=1))
    of.do(there, video.lose_at_home, of.now - timedelta(minutes=2), visit=visiting.visit)


def _round(moment: datetime) -> datetime:
    return moment.replace(minute=moment.minute // 5 * 5, second=0, microsecond=0)


# --- integration ---


@story("integration-overdue")
def integration_overdue(of: Telling) -> None:
    """Reached on the next day; the session was never held."""
    visiting = doses(of, of.person.doses, of.person.days, integrate_last=False)
    assert visiting is not None
    of.contacted(visiting.visit, of.day(of.person.days - 1, 10))


@story("integration-due")
def integration_due(of: Telling) -> None:
    """A dose yesterday or the day before; the session is owed."""
    doses(of, of.person.doses, of.person.days, integrate_last=False)


@story("integration-booked")
def integration_booked(of: Telling) -> None:
    """Reached, and the session has its time."""
    visiting = doses(of, of.person.doses, of.person.days, integrate_last=False)
    assert visiting is not None
    of.contacted(visiting.visit, of.day(of.person.days - 1, 9))
    of.integration_booked(visiting.visit, of.day(0, 8), of.day(0, 0) + timedelta(days=1, hours=15))


# --- maintenance ---


@story("review-due")
def review_due(of: Telling) -> None:
    """The series is over; the review is owed."""
    doses(of, of.person.doses, of.person.days)
    of.scored(of.day(of.person.days - 4, 9))


@story("reviewed")
def reviewed(of: Telling) -> None:
    """The series is over and reviewed; scores go on."""
    review_due(of)
    of.reviewed(of.day(of.person.days - 5, 11), "space out", "Holds well; come back when it fades")
    of.scored(of.day(2, 9))


@story("closed")
def closed(of: Telling) -> None:
    """The course is over."""
    reviewed(of)
    of.course_closed(of.day(1, 10))

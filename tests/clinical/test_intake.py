"""The intake: which questions are put to whom, in which part, and what the answers become."""

from datetime import timedelta
from typing import Any

import pytest

from openkap.clinical.entries.office import TaskOpened
from openkap.clinical.entries.person import ContactGiven
from openkap.clinical.entries.screening import Allergy, HistoryAnswered, Medicine, Problem
from openkap.clinical.forms import Enabling, Form, Question
from openkap.clinical.intake import Intake, Part, facts, form, questions, safety_tasks
from openkap.clinical.rules import Asked, Rule


def rule(name: str, ask: str = "", **changed: Any) -> Rule:
    """A screening rule of heart.toml that asks the patient, unless told otherwise."""
    known: dict[str, Any] = {
        "id": name,
        "stage": "screening",
        "says": f"{name} is on file",
        "when": Asked(),
        "then": "exclude",
        "act": (),
        "sources": ("practice",),
        "basis": "assumed",
        "ask": ask,
        "ask_of": "patient",
        "topic": "heart",
    }
    return Rule(**{**known, **changed})


STROKE = rule("stroke", "Have you had a stroke?")
MANIA = rule("mania", "Have you been manic?", topic="mind")
PREGNANT = rule("pregnant", "Are you pregnant?", topic="pregnancy", asked_of_sex=("female", "other"))
PORPHYRIA = rule("porphyria", "Do you have porphyria?", topic="body")
RULES = (STROKE, MANIA, PREGNANT, PORPHYRIA)


def own(name: str, kind: str = "text", **changed: Any) -> Question:
    return Question(name, f"{name}?", kind, may_not_know=True, **changed)


INTAKE = Intake(
    parts=(
        Part("you", "About you", "How to reach you.", (own("called"), own("phone"))),
        Part("heart", "Your heart", "Some are rare.", (own("ill-any", "yes-no"),), topics=("heart",)),
        Part("more", "More", topics=("*",)),
        Part("mood", "Your mood", instrument="phq9"),
        Part("worry", "Worry", instrument="gad7"),
        Part("mind", "Your mind", topics=("mind",)),
    ),
    recall=timedelta(days=30),
    hints={"porphyria": "A rare illness of families."},
    safety=(("mania", "yes"), ("mania", "unknown")),
)


def put(rule: Rule, hint: str = "") -> Question:
    """A rule's question as a patient sees it: it must be answered, and "I don't know" is an answer."""
    return Question(rule.id, rule.ask, "yes-no", required=True, may_not_know=True, hint=hint)


# --- what is asked ---


def test_each_part_asks_its_own_questions_and_then_those_of_its_topics() -> None:
    """In the order of the parts; "*" takes the topics no part names; an instrument is a form of its own."""
    assert form(INTAKE, RULES, "female") == Form(
        "intake",
        "Your intake",
        (
            Question(
                "part-you",
                "About you",
                "group",
                hint="How to reach you.",
                inner=(own("called"), own("phone")),
            ),
            Question(
                "part-heart",
                "Your heart",
                "group",
                hint="Some are rare.",
                inner=(own("ill-any", "yes-no"), put(STROKE)),
            ),
            Question(
                "part-more",
                "More",
                "group",
                inner=(put(PREGNANT), put(PORPHYRIA, "A rare illness of families.")),
            ),
            Question("part-mind", "Your mind", "group", inner=(put(MANIA),)),
        ),
        recall=timedelta(days=30),
    )


def test_a_part_with_nothing_to_ask_this_person_is_left_out() -> None:
    """Nobody is shown an empty page."""
    part = Part("pregnancy", "Pregnancy", topics=("pregnancy",))
    intake = Intake(parts=(INTAKE.parts[0], part))
    assert [one.id for one in form(intake, RULES, "male").parts] == ["part-you"]
    assert [one.id for one in form(intake, RULES, "female").parts] == ["part-you", "part-pregnancy"]


def test_without_a_part_for_the_rest_only_named_topics_are_asked() -> None:
    intake = Intake(parts=(Part("heart", "Your heart", topics=("heart",)),))
    assert [part.id for part, _ in form(intake, RULES, "female").flat] == ["part-heart", "stroke"]


def test_the_instruments_of_an_intake_are_named_in_its_order() -> None:
    assert INTAKE.instruments == ("phq9", "gad7")


@pytest.mark.parametrize(
    ("changed", "sex", "asked"),
    [
        ({}, "female", True),
        ({}, "unknown", True),
        ({"stage": "dosing"}, "female", False),
        ({"ask": ""}, "female", False),
        ({"ask_of": "prescriber"}, "female", False),
        ({"ask_of": ""}, "female", False),
        ({"asked_of_sex": ("female", "other")}, "female", True),
        ({"asked_of_sex": ("female", "other")}, "other", True),
        ({"asked_of_sex": ("female", "other")}, "male", False),
        ({"asked_of_sex": ("female",), "stage": "dosing"}, "female", False),
        ({"asked_of_sex": ("female",), "ask_of": "prescriber"}, "female", False),
    ],
)
def test_a_patient_is_asked_what_screening_asks_of_patients_like_them(
    changed: dict[str, Any], sex: str, asked: bool
) -> None:
    """Only screening, only with a question, only of the patient, only of the sex it concerns."""
    one = rule("stroke", **{"ask": "Have you had a stroke?", **changed})
    assert questions([one], sex) == ((one,) if asked else ())


def test_the_same_words_are_asked_once() -> None:
    """Two rules with one question ask it where the first of them stands."""
    again = rule("stroke-recent", STROKE.ask)
    assert questions([MANIA, STROKE, again], "male") == (MANIA, STROKE)
    assert questions([again, MANIA, STROKE], "male") == (again, MANIA)


# --- what the answers become ---

BECOMING = Intake(
    parts=(
        Part(
            "you",
            "You",
            questions=(
                own("name"),
                own("phone"),
                own("ill-any", "yes-no"),
                own("ills", "lines", enabled_when=(Enabling("ill-any", "=", "yes"),)),
                own("takes", "lines"),
                own("allergic", "lines"),
            ),
            topics=("*",),
        ),
    ),
    becomes={
        "takes": "medicine",
        "name": "called",
        "ills": "problem",
        "phone": "phone",
        "allergic": "allergy",
    },
)


def become(rules: tuple[Rule, ...] = RULES, **answers: tuple[str, ...]) -> tuple[object, ...]:
    return facts(
        form(BECOMING, rules, "female"), BECOMING, rules, {k.replace("_", "-"): v for k, v in answers.items()}
    )


def answer(name: str, said: str) -> HistoryAnswered:
    return HistoryAnswered(question=name, answer=said, said_by="patient")


def test_an_intake_becomes_contact_then_lists_then_history() -> None:
    """One fact a line, marked as said by the patient; an illness nobody has confirmed is unconfirmed."""
    assert become(
        name=("Ada",),
        phone=("020 7946 0000",),
        ill_any=("yes",),
        ills=("asthma", "gout"),
        takes=("sertraline 100 mg",),
        allergic=("latex",),
        stroke=("no",),
        mania=("yes",),
    ) == (
        ContactGiven(called="Ada", phone="020 7946 0000"),
        Medicine(text="sertraline 100 mg", said_by="patient"),
        Problem(text="asthma", said_by="patient", verification="unconfirmed"),
        Problem(text="gout", said_by="patient", verification="unconfirmed"),
        Allergy(text="latex", said_by="patient"),
        answer("stroke", "no"),
        answer("mania", "yes"),
    )


@pytest.mark.parametrize(
    ("answers", "becomes"),
    [
        ({}, ()),
        ({"phone": ("1",)}, (ContactGiven(phone="1"),)),
        ({"name": ("unknown",), "phone": ("1",)}, (ContactGiven(phone="1"),)),
        ({"name": ("unknown",), "phone": ("unknown",)}, ()),
        ({"name": (), "takes": ()}, ()),
        ({"takes": ("unknown",)}, ()),
        ({"takes": ("unknown",), "allergic": ("latex",)}, (Allergy(text="latex", said_by="patient"),)),
        ({"ills": ("asthma",)}, ()),
        ({"ill_any": ("no",), "ills": ("asthma",)}, ()),
        ({"stroke": ("unknown",)}, (answer("stroke", "unknown"),)),
    ],
)
def test_what_was_not_told_becomes_nothing(
    answers: dict[str, tuple[str, ...]], becomes: tuple[object, ...]
) -> None:
    """Blank, unknown or to a question that no longer shows. "I don't know" to a screening question stays."""
    assert become(**answers) == becomes


def test_every_rule_that_asks_in_the_same_words_is_answered() -> None:
    """Also one whose question is meant for staff; none outside screening, and none without a question."""
    again = rule("stroke-recent", STROKE.ask, ask_of="prescriber")
    later = rule("stroke-today", STROKE.ask, stage="dosing", then="block")
    silent = rule("silent")
    other = rule("other", "Anything else?")
    rules = (again, STROKE, later, silent, other)
    assert become(rules, stroke=("yes",)) == (answer("stroke-recent", "yes"), answer("stroke", "yes"))


# --- an answer that may not wait ---


@pytest.mark.parametrize(
    ("question", "values", "opens"),
    [
        ("mania", ("yes",), True),
        ("mania", ("unknown",), True),
        ("mania", ("no",), False),
        ("mania", (), False),
        ("mania", ("yes", "no"), False),
        ("stroke", ("yes",), False),
        ("phone", ("yes",), False),
    ],
)
def test_only_an_answer_named_as_danger_opens_a_task(
    question: str, values: tuple[str, ...], opens: bool
) -> None:
    """One task a filling in, in the words of the rule."""
    task = TaskOpened(task="intake-r1", what="mania is on file (the patient's own answer)", rule="mania")
    assert safety_tasks(INTAKE, RULES, question, values, "r1") == ((task,) if opens else ())

"""The intake: which questions a new patient is asked, in which order, and what their answers become."""

from collections.abc import Collection
from datetime import timedelta

from openkap.clinical import intake
from openkap.clinical.forms import Enabling, Question
from openkap.clinical.intake import BECOMES, Intake, Part
from openkap.clinical.refusal import BadFields
from openkap.clinical.rules import Rule
from openkap.protocol.read_rules import SEXES, read_basis
from openkap.protocol.read_toml import Table
from openkap.protocol.read_when import Known

_KINDS = ("yes-no", "text", "lines", "whole", "date")


def read_intake(table: Table, known: Known) -> Intake:
    """The `intake` table of a stage file. The screening questions come from the rules themselves."""
    basis, sources = read_basis(table, known)
    becomes: dict[str, str] = {}
    hints = table.table("hints")
    made = Intake(
        parts=tuple(_part(one, known, becomes) for one in table.tables("part")),
        recall=table.span("recall") or timedelta(0),
        becomes=becomes,
        hints={name: hints.text(name) for name in hints.values},
        safety=tuple(_safety(one) for one in table.tables("safety")),
        basis=basis,
        sources=sources,
    )
    if not made.recall:
        table.fault("recall", "this is missing")
    table.close()
    return made


def check_intake(made: Intake, rules: Collection[Rule], table: Table) -> None:
    """What can only be told once every rule is read: that each question to a patient is asked, and once."""
    put = {rule.id: rule for sex in SEXES for rule in intake.questions(rules, sex)}
    named = {topic for part in made.parts for topic in part.topics}
    if intake.THE_REST not in named:
        for topic in sorted({rule.topic for rule in put.values()} - named):
            table.fault("part", f"no part asks the questions of {topic}.toml")
    for name in (*made.hints, *(question for question, _ in made.safety)):
        if name not in put:
            table.fault("hints" if name in made.hints else "safety", f"{name!r} is not asked of a patient")
    try:
        for sex in SEXES:
            intake.form(made, rules, sex)
    except BadFields as refusal:
        for fault in refusal.faults:
            table.fault("part", f"{fault.where}: {fault.what}")


def _part(table: Table, known: Known, becomes: dict[str, str]) -> Part:
    instrument = table.text("instrument", "")
    if instrument and instrument not in known.instruments:
        table.fault("instrument", f"{instrument!r} is not an instrument")
    made = Part(
        id=table.text("id"),
        title=table.text("title"),
        says=table.text("says", ""),
        questions=tuple(_question(one, becomes) for one in table.tables("question")),
        topics=table.texts("topics", ()),
        instrument=instrument,
    )
    if bool(instrument) is bool(made.questions or made.topics):
        table.fault("", "a part asks an instrument, or questions; and never nothing")
    table.close()
    return made


def _question(table: Table, becomes: dict[str, str]) -> Question:
    name = table.text("id")
    if "becomes" in table:
        becomes[name] = table.word("becomes", BECOMES)
    made = Question(
        id=name,
        text=table.text("text"),
        kind=table.word("kind", _KINDS),
        required=table.get("required", bool, True),
        enabled_when=_only_if(table),
        may_not_know=True,
        hint=table.text("hint", ""),
    )
    table.close()
    return made


def _only_if(table: Table) -> tuple[Enabling, ...]:
    """ "medicines-any" as a question's `after_yes_to`: asked once that one is answered with yes."""
    name = table.text("after_yes_to", "")
    return (Enabling(name, "=", "yes"),) if name else ()


def _safety(table: Table) -> tuple[str, str]:
    made = table.text("question"), table.word("answer", ("yes", "no"))
    table.close()
    return made

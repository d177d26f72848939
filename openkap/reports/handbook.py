"""The clinicians' handbook: every rule of a protocol as sentences, with its source and how sure that is.

Made from the same rules that are asked of a chart, so it cannot say something else. The web page and the PDF
show this one content.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

from openkap.clinical.consent_text import ConsentText
from openkap.clinical.instruments import Bands, Instrument
from openkap.clinical.moments import in_words
from openkap.clinical.practices import PracticeStep
from openkap.clinical.prepared_for import Permission
from openkap.clinical.protocol import BASIS_SAYS, GRADE_NAMES, Protocol, Route
from openkap.clinical.quantity import plain
from openkap.clinical.rules import Rule
from openkap.clinical.wording import condition
from openkap.reports.alert_lines import alerts
from openkap.reports.comparison import comparison
from openkap.reports.lines import Chapter, Line, Section
from openkap.reports.model_cards import models, ways
from openkap.reports.plans import plans
from openkap.reports.typeset import typeset

EXAMPLES = Path(__file__).with_name("examples.json")
"""Rule → answer → what was on the chart, from the tables that test the rules. `make examples` writes it."""

TITLE = "The clinicians’ handbook"
ANSWERS = {"met": "Speaks", "not met": "Silent", "cannot tell": "Cannot tell", "specified": "Tested"}
"""What an example is called in the handbook."""
GATE_NAMES = {
    "send-intake": "Before an intake is sent",
    "decide-screening": "Before somebody is called suitable",
    "treat-at-home": "Before ketamine is taken at home",
    "sign-consent": "Before the patient signs",
    "grant-permission": "Before the patient allows a touch, a recording or an observer",
    "approve-plan": "Before a plan is approved",
    "book-visit": "Before a visit is booked",
    "start-dose": "Before a dose is given",
    "discharge": "Before the patient goes home",
    "close-visit": "Before a visit is closed",
}


@dataclass(frozen=True, slots=True)
class Handbook:
    version: str
    hash: str
    chapters: tuple[Chapter, ...]
    sources: tuple[tuple[str, str, str], ...]  # (id, title, how it was seen), those named by a line

    def chapter(self, name: str) -> Chapter | None:
        return next((chapter for chapter in self.chapters if chapter.id == name), None)


def handbook(protocol: Protocol) -> Handbook:
    """The whole handbook of a protocol."""
    stages = dict.fromkeys(rule.stage for rule in protocol.rules)
    shelves = (
        alerts,
        _numbers,
        _checklists,
        _asked,
        plans,
        _sessions,
        _practices,
        _routes,
        _instruments,
        _consents,
        _unset,
    )
    chapters = (
        *(_stage(stage, protocol) for stage in stages),
        *(shelf(protocol) for shelf in shelves),
        *(comparison(), models(), ways()),
    )
    named = {name for c in chapters for s in c.sections for line in s.lines for name in line.sources}
    sources = (source for source in protocol.sources.values() if source.id in named)
    return Handbook(
        protocol.version,
        protocol.hash,
        tuple(chapter for chapter in chapters if chapter.sections),
        tuple((source.id, source.title, source.seen) for source in sources),
    )


def as_pdf(book: Handbook, *, clinic: str, adopted: str, made: datetime) -> bytes:
    """The handbook to print. `adopted`: one sentence on who adopted the protocol. `made` is aware."""
    frame = {
        "title": TITLE,
        "clinic": clinic,
        "adopted": adopted,
        "made": f"{made.day} {made:%B %Y}",
        "bases": BASIS_SAYS,
    }
    return typeset("handbook", json.dumps(frame | asdict(book), ensure_ascii=False), made=made)


def _stage(stage: str, protocol: Protocol) -> Chapter:
    """The findings by what they mean, then what closes each gate."""
    rules = [rule for rule in protocol.rules if rule.stage == stage]
    grouped = [(name, [r for r in rules if r.then == grade]) for grade, name in GRADE_NAMES.items()]
    grouped += [(name, [r for r in rules if r.gate == gate]) for gate, name in GATE_NAMES.items()]
    grouped.append(
        ("On the preparation checklist, stopping nothing", [r for r in rules if r.then == "prompt"])
    )
    sections = (Section(name, "", tuple(_rule(r, protocol) for r in of)) for name, of in grouped if of)
    return Chapter(stage, stage.capitalize(), tuple(sections))


def _rule(rule: Rule, protocol: Protocol) -> Line:
    said = condition(rule.when, protocol)
    return Line(
        id=rule.id,
        says=rule.says,
        speaks=f"{said[:1].upper()}{said[1:]}.",
        ask=f"the {rule.ask_of}: {rule.ask}" if rule.ask else "",
        act=rule.act,
        past=_past(rule),
        basis=rule.basis,
        sources=rule.sources,
        examples=tuple(
            (ANSWERS[answer], tuple(says)) for answer, says in examples().get(rule.id, {}).items()
        ),
    )


def _past(rule: Rule) -> str:
    """Who may go past a rule, and who must confirm that."""
    if not rule.override:
        return ""
    second = f" A second person confirms: another {rule.second}." if rule.second else ""
    return f"The {rule.override}, with a reason.{second}"


def _numbers(protocol: Protocol) -> Chapter:
    lines = tuple(
        Line(one.id, one.says, _value(one.value), basis=one.basis, sources=one.sources)
        for one in protocol.numbers.values()
    )
    return _shelf("numbers", "Times and counts", "", lines)


def _checklists(protocol: Protocol) -> Chapter:
    sections = (
        Section(
            f"{name.replace('-', ' ').capitalize()}",
            "",
            tuple(
                Line(
                    item.id, item.says, f"Answered by the {item.who}.", basis=item.basis, sources=item.sources
                )
                for item in items
            ),
        )
        for name, items in protocol.checklists.items()
    )
    return Chapter("checklists", "Checklists", tuple(sections))


def _asked(protocol: Protocol) -> Chapter:
    """What the patient is asked to allow, and what to leave out before a dose."""
    allowed = tuple(
        Line(one.id, one.says, _counts(one), basis=one.basis, sources=one.sources)
        for one in protocol.permissions.values()
    )
    left_out = tuple(
        Line(
            f"hold-{one.id}",
            one.says.replace("{medicine}", "the medicine"),
            f"{in_words(one.before)} before the dose." if one.before else "",
            act=(one.note,) if one.note else (),
            basis=one.basis,
            sources=one.sources,
        )
        for one in protocol.holds
    )
    sections = (Section("Permissions", "", allowed), Section("Before a dose", "", left_out))
    return Chapter("asked", "What the patient is asked", tuple(s for s in sections if s.lines))


def _counts(permission: Permission) -> str:
    form = f"Signed for under “{permission.document}”. " if permission.document else ""
    return form + ("Counts once tried out sober." if permission.rehearsed else "")


def _routes(protocol: Protocol) -> Chapter:
    lines = tuple(
        Line(route.id, route.title, _route(route), basis=route.basis, sources=route.sources)
        for route in protocol.routes.values()
    )
    return _shelf("routes", "Routes", "Published practice; no route here has an approved dose.", lines)


def _route(route: Route) -> str:
    ranges = ((route.mg_per_kg, "mg/kg"), (route.fixed_mg, "mg"))
    usual = [
        f"usual {plain(low)} to {plain(high)} {unit}" for span, unit in ranges if span for low, high in [span]
    ]
    said = [
        *usual,
        f"anaesthetic {plain(route.anaesthetic[0])} to {plain(route.anaesthetic[1])} mg/kg"
        if route.anaesthetic
        else "",
        f"over {route.minutes} min" if route.minutes else "",
        f"vital signs every {in_words(route.check_every)}",
        f"home after {in_words(route.earliest_discharge)} at the earliest",
    ]
    return f"{'; '.join(part for part in said if part)}.".capitalize()


def _instruments(protocol: Protocol) -> Chapter:
    lines = tuple(
        Line(
            one.id,
            one.title,
            f"{_range(one)} It asks about {one.asks_about}.",
            act=(one.notice,),
            basis=one.basis,
            sources=one.sources,
        )
        for one in protocol.instruments.values()
    )
    return _shelf("instruments", "Instruments", "", lines)


def _range(one: Instrument) -> str:
    """ "0 to 27; none from 0, mild from 5." With every word that rests on another basis than the file."""
    if one.triage:
        told = [f"{level.word} ({level.basis}): {level.says.lower()}" for level in one.triage]
        return f"{'; '.join(told)}."
    said = [f"0 to {one.highest}" if one.highest is not None else "its highest total is not known here"]
    said += [_bands(one.bands)] if one.bands else ["no cut-off is published"]
    said += [f"for {sex}: {_bands(bands)}" for sex, bands in one.bands_of.items()]
    if one.meaningful_change is not None:
        said.append(f"a change counts from {one.meaningful_change}")
    if one.remission_below is not None:
        said.append(f"remission below {one.remission_below}")
    said += [f"{part.replace('_', ' ')}: {basis}" for part, basis in one.basis_of.items()]
    return f"{'; '.join(said)}."


def _bands(bands: Bands) -> str:
    return ", ".join(f"{word} from {lowest}" for lowest, word in bands)


def _consents(protocol: Protocol) -> Chapter:
    """Every section of every consent in force, each with what it rests on."""
    return Chapter("consents", "Consents", tuple(_consent(text) for text in protocol.consents.values()))


def _consent(text: ConsentText) -> Section:
    questions = f" {len(text.questions)} questions are asked about it." if text.questions else ""
    needed = "No dose without it." if text.required else "Signed by whoever wants it."
    lines = tuple(
        Line(
            f"{text.id}-{number}",
            part.heading or f"Part {number}",
            part.text,
            basis=part.basis,
            sources=part.sources,
        )
        for number, part in enumerate(text.sections, 1)
    )
    return Section(text.title, f"Version {text.version}. {needed}{questions}", lines)


def _sessions(protocol: Protocol) -> Chapter:
    """Every kind of integration session, with the questions of its form."""
    lines = tuple(
        Line(
            f"session-{kind.id}",
            kind.title,
            f"{kind.says} Asked: {'; '.join(part.label for part in kind.parts)}.",
            basis=kind.basis,
            sources=kind.sources,
        )
        for kind in protocol.sessions.values()
    )
    return _shelf("sessions", "Kinds of integration session", "", lines)


def _step(step: PracticeStep) -> str:
    return f"{step.says.removesuffix('.')}{f', {step.seconds} s' if step.seconds else ''}."


def _practices(protocol: Protocol) -> Chapter:
    """Every practice of patients, with its steps."""
    lines = tuple(
        Line(
            f"practice-{one.id}",
            one.title,
            f"{one.says} {' '.join(map(_step, one.steps))}",
            basis=one.basis,
            sources=one.sources,
        )
        for one in protocol.practices.values()
    )
    return _shelf("practices", "Practices of patients", "", lines)


def _unset(protocol: Protocol) -> Chapter:
    lines = tuple(Line(one.id, one.says, f"To be set: {one.wants}.") for one in protocol.unset)
    note = "Nobody has published these. Each is off until the medical director sets it."
    return _shelf("unset", "Left to the medical director", note, lines)


def _shelf(name: str, title: str, note: str, lines: tuple[Line, ...]) -> Chapter:
    return Chapter(name, title, (Section("", note, lines),) if lines else ())


def _value(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(_value(one) for one in value)
    if isinstance(value, timedelta):
        return in_words(value)
    return plain(value) if isinstance(value, Decimal) else str(value)


@cache
def examples() -> Mapping[str, Mapping[str, list[str]]]:
    """What the tables that test the rules say, read once."""
    read: dict[str, dict[str, list[str]]] = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    return read

"""Sources, value sets, measurements and rules: everything a decision rests on."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter

from openkap.clinical.entries.words import Code
from openkap.clinical.gates import GATES
from openkap.clinical.home import PLACES
from openkap.clinical.matching import tokens
from openkap.clinical.protocol import MeasurementKind, Negations, ResultKind, Source, Unset, ValueSet
from openkap.clinical.rules import (
    GRADES,
    AllergyTo,
    Asked,
    Computed,
    ConditionOn,
    MedicineOn,
    Rule,
    Speaks,
    parts_of,
)
from openkap.protocol.read_toml import Table
from openkap.protocol.read_when import NOBODY, Known, read_when

IN_A_VISIT = ("start-dose", "discharge", "close-visit")
BASES = ("primary", "secondary", "assumed", "local")
ROLES = ("director", "prescriber", "therapist", "monitor", "patient", "manager")
SYSTEMS = ("icd10cm", "snomed", "rxnorm", "loinc")
AT_HOME = ("exclude", "stabilise", "decide")
SEXES = ("female", "male", "other", "unknown")
_WHY_AND_NEXT = 2
_PEOPLE = (ConditionOn, MedicineOn, AllergyTo, Asked)


def read_sources(table: Table, known: Known) -> None:
    for one in table.tables("source"):
        name = fresh_id(one, known.sources)
        seen = one.word("seen", ("primary", "secondary", "memory"))
        known.sources[name] = Source(name, one.text("title"), one.text("supports"), seen)
        one.close()
    table.close()


def read_value_set(table: Table, name: str, known: Known) -> None:
    """One idea a file; its id is the file's name."""
    codes: list[Code] = []
    unverified: set[tuple[str, str]] = set()
    for one in table.tables("code"):
        code = Code(one.word("system", SYSTEMS), one.text("code"), one.text("display", ""))
        if any((code.system, code.code) == (other.system, other.code) for other in codes):
            one.fault("code", f"{code.system} {code.code} stands here twice")
        if not one.get("verified", bool):
            unverified.add((code.system, code.code))
        codes.append(code)
        one.close()
    not_codes = tuple(_excepted(one, codes) for one in table.tables("not_code"))
    words, not_words = table.texts("words", ()), table.texts("not_words", ())
    for phrase in (*words, *not_words):
        if not tokens(phrase):
            table.fault("words", f"{phrase!r} holds no word")
    if not codes and not words:
        table.fault("", "a value set needs a code or a word")
    known.value_sets[name] = ValueSet(
        name, table.text("title"), tuple(codes), words, not_words, frozenset(unverified), not_codes
    )
    table.close()


def _excepted(table: Table, codes: list[Code]) -> Code:
    """A code that a prefix of the same set would take and must not."""
    made = Code(table.word("system", SYSTEMS), table.text("code"), table.text("display", ""))
    starts = [code.code[:-1] for code in codes if code.system == made.system and code.code.endswith("*")]
    if not any(made.code.startswith(start) for start in starts):
        table.fault("code", "no prefix of this set takes this code, so there is nothing to except")
    table.close()
    return made


def read_negations(table: Table) -> Negations:
    made = Negations(table.texts("before"), table.texts("after"), table.texts("breaks"))
    table.close()
    return made


def read_measurements(table: Table, known: Known) -> None:
    for one in table.tables("measurement"):
        name = fresh_id(one, known.measurements)
        lowest, highest = one.amount("lowest"), one.amount("highest")
        if lowest >= highest:
            one.fault("lowest", "this is not below highest")
        others = one.table("other_units")
        factors = tuple((unit, others.amount(unit)) for unit in others.values)
        if any(factor <= Decimal(0) for _, factor in factors):
            one.fault("other_units", "a factor must be above 0")
        known.measurements[name] = MeasurementKind(
            name, one.text("title"), one.text("unit"), one.texts("loinc", ()), lowest, highest, factors
        )
        one.close()
    for one in table.tables("group"):
        name = fresh_id(one, {**known.groups, **known.measurements})
        parts = one.texts("of")
        for part in parts:
            if part not in known.measurements:
                one.fault("of", f"{part!r} is not a measurement of this file")
        known.groups[name], known.group_titles[name] = parts, one.text("title")
        if one.get("falls", bool, False):
            known.falling.add(name)
        one.close()
    for one in table.tables("result"):
        name = fresh_id(one, known.results)
        known.results[name] = ResultKind(name, one.text("title"), one.texts("loinc", ()))
        one.close()
    table.close()


def read_rule(table: Table, stage: str, known: Known) -> Rule | Unset:
    """A rule, or an unset one: what nobody has published waits for the medical director."""
    name, says = table.text("id"), table.text("says")
    if table.text("stage", stage) != stage:
        table.fault("stage", f"this file lies in {stage}/")
    unset = table.text("unset", "")
    template, asks = table.text("template", ""), table.texts("asks", ())
    when = read_when(table.table("when"), known) if "when" in table or not unset else NOBODY
    then = table.word("then", GRADES)
    basis, sources = read_basis(table, known)
    at_most = table.span("at_most")
    rule = Rule(
        id=name,
        stage=stage,
        says=says,
        when=when,
        then=then,
        act=table.texts("act", ()),
        sources=sources,
        basis=basis,
        ask=table.text("ask", ""),
        ask_of=table.word("ask_of", ROLES, ""),
        gate=table.word("gate", GATES, ""),
        place=table.word("place", PLACES, ""),
        override=table.word("override", ROLES, ""),
        second=table.word("second", ROLES, ""),
        answer_holds=table.span("answer_holds"),
        asked_of_sex=table.texts("asked_of_sex", ()),
        at_home=table.word("at_home", AT_HOME, ""),
        closed_by=table.text("closed_by", ""),
        tells=_tells(table),
    )
    table.close()
    _make_sense(rule, table)
    if template.count("?") != len(asks) or (template and not unset):
        table.fault("asks", "a rule that ships unset names each ? of its template, and no other has one")
    if ('"?"' in template) is (at_most is None):
        table.fault("at_most", "a time left open goes with the longest that makes sense, and nothing else")
    if not unset:
        return rule
    return Unset(name, stage, says, unset, rule, template=template, asks=asks, at_most=at_most)


def _tells(table: Table) -> tuple[str, str] | None:
    """Two sentences for the patient: why not now, and what could change it."""
    if "tells" not in table:
        return None
    said = table.texts("tells")
    if len(said) != _WHY_AND_NEXT:
        table.fault("tells", "this is two texts: why not now, and what could change it")
        return None
    return said[0], said[1]


def _make_sense(rule: Rule, table: Table) -> None:
    _closes_well(rule, table)
    if {rule.then, rule.at_home} <= set(GRADES) and GRADES.index(rule.at_home) >= GRADES.index(rule.then):
        table.fault("at_home", "this is not stricter than the grade in the clinic, so it says nothing")
    if rule.ask and not rule.ask_of:
        table.fault("ask_of", "a question needs somebody who can answer it")
    if rule.ask and not any(isinstance(part, _PEOPLE) for part in parts_of(rule.when)):
        table.fault("ask", "an answer could change nothing: no part of the condition asks about a life")
    if (
        any(isinstance(part, Asked) for part in parts_of(rule.when))
        and not rule.ask
        and rule.when is not NOBODY
    ):
        table.fault("ask", "the condition waits for an answer, and there is no question")
    if rule.second and not rule.override:
        table.fault("second", "nobody may go past this rule, so nobody can confirm that")
    for sex in rule.asked_of_sex:
        if sex not in SEXES:
            table.fault("asked_of_sex", f"{sex!r} is not one of {', '.join(SEXES)}")


def _closes_well(rule: Rule, table: Table) -> None:
    if rule.then == "block" and not rule.gate:
        table.fault("gate", "a rule that blocks must name the gate it closes")
    if rule.gate and rule.then != "block":
        table.fault("gate", "only a rule that blocks closes a gate")
    if rule.place and rule.gate not in IN_A_VISIT:
        table.fault("place", "only what guards an act of a visit can be asked in one place alone")


def leaning(rules: Mapping[str, Rule]) -> Iterator[tuple[str, str]]:
    """What is wrong with rules that lean on another: (rule, sentence)."""
    graph = {
        name: [part.rule for part in parts_of(rule.when) if isinstance(part, Speaks)]
        for name, rule in rules.items()
    }
    for name, others in graph.items():
        for other in others:
            if other not in rules:
                yield name, f"{other!r} is not a rule that can be asked"
            elif isinstance(rules[other].when, Computed):
                yield name, f"{other!r} is computed, so no other rule can lean on it"
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        yield error.args[1][0], f"it leans on itself: {' → '.join(error.args[1])}"


def read_basis(table: Table, known: Known) -> tuple[str, tuple[str, ...]]:
    """How sure, and from where. What calls itself primary must rest on a source that was itself read."""
    basis, sources = table.word("basis", BASES), table.texts("sources")
    for name in sources:
        if name not in known.sources:
            table.fault("sources", f"{name!r} is not in sources.toml")
    if not sources and "sources" in table:
        table.fault("sources", "this names no source")
    seen = {known.sources[name].seen for name in sources if name in known.sources}
    if basis == "primary" and seen and "primary" not in seen:
        table.fault("basis", "no source of this was itself read, so it is not primary")
    return basis, sources


def fresh_id(table: Table, taken: Iterable[str]) -> str:
    name = table.text("id")
    if name in taken:
        table.fault("id", f"{name!r} is used twice")
    return name

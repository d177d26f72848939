"""Consents: one version a file. `name.toml` is in force; `name.v1.toml` is an earlier one, kept as it was."""

from collections.abc import Iterable
from dataclasses import replace

from openkap.clinical.consent_text import ConsentQuestion, ConsentSection, ConsentText
from openkap.protocol.read_rules import fresh_id, read_basis
from openkap.protocol.read_toml import Table
from openkap.protocol.read_when import Known

_EARLIER = ".v"
_TWO = 2


def read_consents(files: Iterable[tuple[Table, str]], known: Known) -> dict[str, ConsentText]:
    """The consents in force by id, each with its earlier versions, the oldest first."""
    in_force: dict[str, ConsentText] = {}
    earlier: dict[str, list[ConsentText]] = {}
    for table, stem in files:
        name, old, version = stem.partition(_EARLIER)
        made = _consent(table, name, known)
        if not old:
            in_force[name] = made
            continue
        if made.version != version:
            table.fault("version", f"the file is named for version {version}")
        if name not in in_force:  # the files come in the order of their names
            table.fault("", f"no {name}.toml is in force")
            continue
        versions = earlier.setdefault(name, [])
        if any(other.sha256 == made.sha256 for other in (in_force[name], *versions)):
            table.fault("section", "another version has this very text")
        versions.append(made)
    return {name: replace(text, earlier=tuple(earlier.get(name, ()))) for name, text in in_force.items()}


def _consent(table: Table, name: str, known: Known) -> ConsentText:
    made = ConsentText(
        id=name,
        version=table.text("version"),
        title=table.text("title"),
        required=table.get("required", bool),
        sections=tuple(_section(one, known) for one in table.tables("section")),
        questions=_questions(table),
    )
    if not made.sections:
        table.fault("section", "this consent says nothing")
    table.close()
    return made


def _section(table: Table, known: Known) -> ConsentSection:
    basis, sources = read_basis(table, known)
    made = ConsentSection(table.text("heading", ""), table.text("text"), basis, sources)
    table.close()
    return made


def _questions(table: Table) -> tuple[ConsentQuestion, ...]:
    made: dict[str, ConsentQuestion] = {}
    for one in table.tables("question"):
        name = fresh_id(one, made)
        choices, right = one.texts("choices"), one.text("right")
        if len(choices) < _TWO:
            one.fault("choices", "a question needs two answers or more")
        if right not in choices:
            one.fault("right", "this is not one of the choices")
        made[name] = ConsentQuestion(name, one.text("asks"), choices, right, one.text("explains"))
        one.close()
    return tuple(made.values())

"""Crisis texts by region, and the ladder of a safety task that nobody takes."""

from openkap.clinical.crisis import Crisis, Escalation, Line
from openkap.protocol.read_content import needed_span
from openkap.protocol.read_rules import ROLES, read_basis
from openkap.protocol.read_toml import Table
from openkap.protocol.read_when import Known


def read_crisis(table: Table, name: str, known: Known) -> Crisis:
    """The text of one region."""
    basis, sources = read_basis(table, known)
    made = Crisis(
        id=name,
        region=table.text("region"),
        title=table.text("title"),
        says=table.texts("says"),
        lines=tuple(_line(one) for one in table.tables("line")),
        then=table.texts("then"),
        basis=basis,
        sources=sources,
    )
    table.close()
    return made


def _line(table: Table) -> Line:
    made = Line(table.text("says"), table.word("way", ("call", "text")), table.text("number"))
    if not made.number.removeprefix("+").isdecimal():
        table.fault("number", f"{made.number!r} holds something that is not a digit")
    table.close()
    return made


def read_escalation(table: Table, known: Known) -> tuple[Escalation, ...]:
    """The steps in the order of time. The first one must hold from the beginning."""
    steps = tuple(_step(one, known) for one in table.tables("step"))
    spans = [step.after for step in steps if not step.taken]
    if not spans or spans[0] or spans != sorted(set(spans)):
        table.fault("step", "the steps of a task that nobody has taken must rise from 0 min")
    table.close()
    return steps


def _step(table: Table, known: Known) -> Escalation:
    basis, sources = read_basis(table, known)
    who = table.texts("who")
    for role in who:
        if role not in ROLES:
            table.fault("who", f"{role!r} is not one of {', '.join(ROLES)}")
    made = Escalation(
        after=needed_span(table, "after"),
        says=table.text("says"),
        who=who,
        taken=table.get("taken", bool, False),
        basis=basis,
        sources=sources,
    )
    table.close()
    return made

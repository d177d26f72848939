"""A clinic's own values, laid over the protocol: each change with who made it, when and why.

```toml
[[change]]
rule = "bp-above-limit"       # or: number = "integration-due"
when = { … }                  # any of when, then, override for a rule; value for a number
by = "Dr Amara Obi, medical director"
on = 2026-03-02
reason = "…"
```
What it touches has the basis "local" from then on. What ships unset is set here.
"""

from dataclasses import replace

from openkap.clinical.protocol import Change, Number, Protocol, Unset
from openkap.clinical.rules import GRADES, Rule
from openkap.protocol.read_content import read_value
from openkap.protocol.read_rules import ROLES, leaning
from openkap.protocol.read_toml import Table
from openkap.protocol.read_when import Known, read_when


def laid_over(protocol: Protocol, table: Table, known: Known) -> Protocol:
    """The protocol with the changes of this table, its hash unchanged. Faults are noted in the table."""
    rules = {rule.id: rule for rule in protocol.rules}
    numbers = dict(protocol.numbers)
    open_ = {one.id: one for one in protocol.unset}
    changes = []
    for one in table.tables("change"):
        if ("rule" in one) == ("number" in one):
            one.fault("", "a change names exactly one of rule and number")
            continue
        name = one.text("rule") if "rule" in one else one.text("number")
        if "rule" in one:
            _change_rule(one, name, rules, open_, known)
        else:
            _change_number(one, name, numbers, open_)
        changes.append(Change(name, one.text("by"), one.day("on"), one.text("reason")))
        one.close()
    for name, what in leaning(rules):
        table.fault("", f"rule {name}: {what}")
    table.close()
    return replace(
        protocol,
        rules=tuple(rules.values()),
        numbers=numbers,
        unset=tuple(open_.values()),
        changes=tuple(changes),
    )


def _change_rule(
    table: Table, name: str, rules: dict[str, Rule], open_: dict[str, Unset], known: Known
) -> None:
    waiting = open_[name].rule if name in open_ else None
    rule = rules.get(name, waiting)
    if rule is None:
        table.fault("rule", f"{name!r} is not a rule")
        return
    if waiting is not None and "when" not in table:
        table.fault("when", "this rule ships unset, so its condition must be given")
        return
    when = read_when(table.table("when"), known) if "when" in table else rule.when
    then = table.word("then", GRADES, rule.then)
    override = table.word("override", ROLES, rule.override)
    if (then == "block") is not (rule.then == "block"):
        table.fault("then", "a rule that closes a gate stays one, and no other becomes one")
    open_.pop(name, None)
    rules[name] = replace(rule, when=when, then=then, override=override, basis="local")


def _change_number(table: Table, name: str, numbers: dict[str, Number], open_: dict[str, Unset]) -> None:
    waiting = open_[name].number if name in open_ else None
    number = numbers.get(name, waiting)
    if number is None:
        table.fault("number", f"{name!r} is not a number")
        return
    value = read_value(table)
    if number.value is not None and type(value) is not type(number.value):
        table.fault("value", f"{value!r} is not of the kind this number is")
    open_.pop(name, None)
    numbers[name] = replace(number, value=value, basis="local")

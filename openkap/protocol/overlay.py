"""A clinic's own values, laid over the protocol: each change with who made it, when and why.

```toml
[[change]]
rule = "bp-above-limit"       # or: number = "integration-due", open = "route im: …"
when = { … }                  # any of when, then, override ("": nobody) for a rule; value for a number;
                              # cap_mg_per_kg, cap_mg for an open cap; says, in words, for what else is open
by = "Dr Amara Obi, medical director"
on = 2026-03-02
reason = "…"
typed = "90 d"                # only in what a form wrote
```
What it touches has the basis "local" from then on. What ships unset is set here.
"""

from dataclasses import replace

from openkap.clinical.protocol import Change, Number, Protocol, Route, Unset
from openkap.clinical.quantity import plain
from openkap.clinical.rules import GRADES, Rule
from openkap.protocol.plausible import check_caps, check_spans, check_value
from openkap.protocol.read_content import NUMBER_KINDS, read_value
from openkap.protocol.read_rules import ROLES, leaning
from openkap.protocol.read_toml import Table
from openkap.protocol.read_when import Known, read_when


def laid_over(protocol: Protocol, table: Table, known: Known) -> Protocol:
    """The protocol with the changes of this table, its hash unchanged. Faults are noted in the table."""
    rules = {rule.id: rule for rule in protocol.rules}
    numbers, routes = dict(protocol.numbers), dict(protocol.routes)
    open_ = {one.name: one for one in protocol.unset}
    changes = []
    for one in table.tables("change"):
        named = [key for key in ("rule", "number", "open") if key in one]
        if len(named) != 1:
            one.fault("", "a change names exactly one of rule, number and open")
            continue
        name, says = one.text(named[0]), ""
        called = f"{open_[name].says}: {open_[name].wants}" if name in open_ else ""
        if "rule" in one:
            _change_rule(one, name, rules, open_, known)
        elif "number" in one:
            _change_number(one, name, numbers, open_, known)
        else:
            says = _settle(one, open_.pop(name, None), routes, known)
        one.text("typed", "")  # what a form sent, so that the form can show it again
        changes.append(Change(name, one.text("by"), one.day("on"), one.text("reason"), says, called))
        one.close()
    for name, what in leaning(rules):
        table.fault("", f"rule {name}: {what}")
    table.close()
    return replace(
        protocol,
        rules=tuple(rules.values()),
        numbers=numbers,
        routes=routes,
        unset=tuple(open_.values()),
        changes=tuple(changes),
    )


def _change_rule(
    table: Table, name: str, rules: dict[str, Rule], open_: dict[str, Unset], known: Known
) -> None:
    waiting = open_[name].rule if name in open_ else None
    rule = rules.get(name, waiting)
    if rule is None:
        table.give_up("rule", f"{name!r} is not a rule")
        return
    if waiting is not None and "when" not in table:
        table.fault("when", "this rule ships unset, so its condition must be given")
        return
    when = rule.when
    if "when" in table:
        condition = table.table("when")
        when = read_when(condition, known)
        check_spans(condition, open_[name].at_most if name in open_ else None, known)
    then = table.word("then", GRADES, rule.then)
    override = "" if table.get("override", str, "-") == "" else table.word("override", ROLES, rule.override)
    second = rule.second if override else ""
    if (then == "block") is not (rule.then == "block"):
        table.fault("then", "a rule that closes a gate stays one, and no other becomes one")
    open_.pop(name, None)
    rules[name] = replace(rule, when=when, then=then, override=override, second=second, basis="local")


def _change_number(
    table: Table, name: str, numbers: dict[str, Number], open_: dict[str, Unset], known: Known
) -> None:
    waiting = open_[name].number if name in open_ else None
    number = numbers.get(name, waiting)
    if number is None:
        table.give_up("number", f"{name!r} is not a number")
        return
    value = read_value(table)
    wanted = NUMBER_KINDS[open_[name].template] if number.value is None else type(number.value)
    if type(value) is not wanted:
        table.fault("value", f"{table.values.get('value')!r} is not of the kind this number is")
    else:
        check_value(table, value, number.value, open_[name].at_most if name in open_ else known.longest)
    open_.pop(name, None)
    numbers[name] = replace(number, value=value, basis="local")


def _settle(table: Table, waiting: Unset | None, routes: dict[str, Route], known: Known) -> str:
    """A cap of a route, or an answer in words; what the director said."""
    if waiting is None or waiting.rule or waiting.number:
        table.give_up("open", "this is not something a route leaves open")
        return ""
    if not waiting.route:
        return table.text("says")
    per_kg, fixed = (table.amount(key) if key in table else None for key in ("cap_mg_per_kg", "cap_mg"))
    given = [(cap, unit) for cap, unit in ((per_kg, "mg/kg"), (fixed, "mg")) if cap is not None]
    if not given:
        table.fault("open", "give cap_mg_per_kg, cap_mg or both")
    check_caps(table, routes.values(), known)
    routes[waiting.route] = replace(routes[waiting.route], cap_mg_per_kg=per_kg, cap_mg=fixed)
    return " and ".join(f"{plain(cap)} {unit}" for cap, unit in given)

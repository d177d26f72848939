"""What pages show of readiness: the list in words, permissions with their state, holds with times."""

from typing import Any

from openkap.clinical import holds, permissions, readiness
from openkap.clinical.case import Case
from openkap.clinical.entries import Entry
from openkap.clinical.readiness import Line
from openkap.web import words
from openkap.web.consents import case_of
from openkap.web.ready_forms import FORMS
from openkap.web.sentences import sentence

GROUPS = (("touch", "Touch"), ("recording", "Recording"), ("people", "People in the room"))


def checklist(case: Case) -> list[dict[str, Any]]:
    """Every line of the list, ready to be printed."""
    return [_line(line, case) for line in readiness.readiness(case)]


def _line(line: Line, case: Case) -> dict[str, Any]:
    rule = case.protocol.rule(line.item.rules[0])
    return {
        "line": line,
        "there": _there(line, case) if line.state == readiness.DONE else "",
        "who": line.reasons[0].who if line.reasons else rule.ask_of,
        "rule": line.reasons[0].rule if line.reasons else rule.id,
        "assumed": rule.basis == "assumed",
    }


def _there(line: Line, case: Case) -> str:
    """What answers the line, without the word the line already starts with."""
    assert line.entry is not None, "a line is done by an entry"
    if line.item.place == "permissions":
        standing = permissions.standings(case)
        return f"{sum(one.counts for one in standing)} of {len(standing)} allowed"
    said = sentence(line.entry, case.protocol).removeprefix(line.item.title).lstrip(":, ")
    return f"{said[:1].upper()}{said[1:]} ({words.day(line.entry.effective_at)})"


def form(name: str, case: Case) -> dict[str, Any]:
    """One short form with what was written last."""
    asked = FORMS[name]
    entry = asked.latest(case)
    said = asked.says(entry) if entry else []
    return {"form": asked, "entry": entry, "fields": asked.filled(entry), "says": said}


def allowed(case: Case) -> list[dict[str, Any]]:
    """Permissions by group."""
    standing = permissions.standings(case)
    return [
        {"title": title, "standings": [one for one in standing if one.permission.group == group]}
        for group, title in GROUPS
    ]


def in_the_room(case: Case) -> dict[str, Any]:
    """What a session monitor needs at a glance: what is allowed, what helps, who comes, what is confirmed."""
    latest = {name: FORMS[name].latest(case) for name in ("calming", "setting", "escort", "ride")}
    return {
        "may": [one.permission.says for one in permissions.standings(case) if one.counts],
        "taken_back": [
            one.permission.says for one in permissions.standings(case) if one.state == "withdrawn"
        ],
        "confirmed": holds.confirmation(case),
        "confirm_open": holds.confirmed(case),
        **{name: FORMS[name].says(entry) if entry else [] for name, entry in latest.items()},
    }


def day_before(case: Case) -> dict[str, Any]:
    """Food, drink and medicines before the next dose."""
    said: Entry | None = holds.confirmation(case)
    return {
        "visit": holds.upcoming(case),
        "lines": holds.lines(case),
        "said": said,
        "open": holds.confirmed(case),
        "asked_from": holds.asked_from(case),
    }


def parts(frame: dict[str, Any]) -> dict[str, Any]:
    """What the preparation page shows of readiness."""
    case = case_of(frame)
    return {
        "lines": checklist(case),
        "forms": [form(name, case) for name in FORMS],
        "groups": allowed(case),
        "day_before": day_before(case),
        "grant_gate": frame["status"].gates["grant-permission"],
    }

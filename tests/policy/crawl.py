"""Walk every address of the product, and try each as each person on each chart."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
ABSENT = "00000000-0000-7000-8000-000000000000"

PLANTED = "planted"
EVERY_FIELD: dict[str, str | list[str]] = {
    **dict.fromkeys(("reason", "words", "note", "part-came-up", "part-theme", "part-shared"), PLANTED),
    **dict.fromkeys(("systolic", "value", "amount", "given", "weight"), "50"),
    **dict.fromkeys(("indication", "author", "user", "lot"), PLANTED),
    **dict.fromkeys(("minutes", "heart_rate", "sessions", "every_days"), "50"),
    **dict.fromkeys(("answer", "reached", "instructions_given"), "yes"),
    **dict.fromkeys(("urinary_symptoms", "misuse_concern"), "no"),
    **{f"item{joint}{number}": "1" for joint in ("", "_", "-") for number in range(1, 10)},
    **{"said_by": "patient", "what": "systolic", "unit": "kg", "decision": "deferred", "outcome": "continue"},
    **{"document": "ketamine-treatment", "signed_name": PLANTED, "escort": PLANTED, "room": "Room 1"},
    **{"visit": "v1", "item": "escort", "event": "nausea", "rule": "bp-before-dose", "question": "psychosis"},
    **{"identifiers": ["name", "birth date"], "route": "iv", "concentration": "50"},
    **{"substance": PLANTED, "how": PLANTED, "last_use": PLANTED, "showed": "expected"},
    **{"effective_at": "2026-05-01T10:00", "written_on": "2026-05-01", "opinion": "may", "says": PLANTED},
    **{"specialty": "Cardiology", "signed_by": PLANTED, "asa": "2", "adequate": "yes", "this_episode": "yes"},
    **{"treatment": "antidepressant", "adherence": "full", "weeks": "10", "so": "yes", "text": PLANTED},
    **dict.fromkeys(("snores", "tired", "stops_breathing", "high_pressure", "thick_neck", "heavy"), "no"),
    **{"step": "s1", "went": "partly", "insight": "homework", "when": PLANTED},
    **{"permission": "observer", "confirmed": "yes", "line": "No alcohol"},
    **{"starts_at": "2026-05-15T10:00", "role": "prescriber", "clinic": ABSENT, "recorded_at": "2020-01-01"},
}
"""One form with every name a form of ours might read, and some that none may: sent to every address."""
SENT = urlencode(EVERY_FIELD, doseq=True)
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Route:
    """One address with its view. `pattern` is as written: "charts/<uuid:chart>/screening/"."""

    pattern: str
    view: Any = field(compare=False)

    @property
    def permission(self) -> str:
        return str(getattr(self.view, "permission", ""))

    @property
    def parameters(self) -> list[str]:
        return PARAMETER.findall(self.pattern)

    def address(self, **values: str) -> str:
        return "/" + PARAMETER.sub(lambda match: values[match[1]], self.pattern)


def routes(urlconf: str | None = None) -> list[Route]:
    """Every address the resolver can reach."""
    return list(_walk(get_resolver(urlconf), ""))


def _walk(resolver: URLResolver, prefix: str) -> Iterator[Route]:
    for pattern in resolver.url_patterns:
        here = prefix + str(pattern.pattern).lstrip("/")
        if isinstance(pattern, URLPattern):
            yield Route(here, pattern.callback)
        else:
            yield from _walk(pattern, here)


def unmarked(found: list[Route], known: frozenset[str]) -> list[str]:
    """Addresses that name no permission, or one that the policy does not know."""
    return [route.pattern for route in found if route.permission not in known]


@dataclass(frozen=True)
class Answer:
    status: int
    text: str


def ask(client: Client, method: str, address: str) -> Answer:
    """What the product answers. An endless stream is left unread: that it opened is the answer."""
    response = client.get(address) if method == "GET" else client.post(address, SENT, content_type=FORM)
    if response.status_code == 302:
        client.get("/protocol/rules/none/")  # shows the one-time "it is done", so no later page does
    if response.streaming:
        return Answer(response.status_code, "(a stream)")
    if response["Content-Type"] == "application/pdf":
        return Answer(response.status_code, "(a PDF)")
    if response["Content-Type"] == "application/zip":
        with zipfile.ZipFile(io.BytesIO(response.content)) as whole:
            parts = [whole.read(name).decode("utf-8", "replace") for name in whole.namelist()]
        return Answer(response.status_code, " ".join(parts))
    headers = " ".join(f"{name}={value}" for name, value in response.headers.items())
    return Answer(response.status_code, headers + response.content.decode())


def bare(answer: Answer, *ids: str) -> Answer:
    """The answer without what differs between two askings: the form's token and the ids asked for."""
    text = TOKEN.sub("", answer.text)
    for number in ids:
        text = text.replace(number, "ID").replace(UUID(number).hex, "ID")
    return Answer(answer.status, re.sub(r"Content-Length=\d+|sessionid=\S+|csrftoken=\S+", "", text))

"""A signature by typed name: the patient's, so that nobody signs on the wrong chart, or a clinician's own."""

from typing import Any
from uuid import UUID

from openkap.clinical.chart import Chart
from openkap.records import read
from openkap.records.policy import Principal
from openkap.web.typed import Typed


def _letters(text: str) -> list[str]:
    """The words of a name with nothing but their letters: "O'Brien42" and "obrien" are one name."""
    return ["".join(c for c in word if c.isalpha()).casefold() for word in text.split()]


def is_name_of(chart: Chart, signed: str) -> bool:
    """Whether a typed name has every word of the family name and the first given name.

    A name without any letters must be typed exactly as it stands.
    """
    person = chart.person
    wanted = {*_letters(person.family_name), *_letters(person.given_name)[:1]} - {""}
    if not wanted:
        return signed.split() == f"{person.given_name} {person.family_name}".split()
    return wanted <= set(_letters(signed))


def signed_name(typed: Typed, who: Principal, chart_id: UUID | Any) -> str:
    """The name in the field `signed_name`, with a fault kept when it is missing or another person's."""
    name = typed.text("signed_name", todo="Sign with your full name")
    if name:
        chart = read.chart(who, str(chart_id), permission="consent.sign", log=False)
        if not is_name_of(chart, name):
            person = chart.person
            todo = f"Type it as it stands here: {person.given_name} {person.family_name}"
            typed.fault("signed_name", "this is not the name on this chart", todo)
    return name


def own_name(typed: Typed, who: Principal) -> str:
    """The name in the field `signed`, with a fault kept when it is not that of whoever is signed in."""
    signed = typed.text("signed", todo="Type your name to sign")
    if signed and signed.casefold().split() != who.name.casefold().split():
        typed.fault("signed", f"this is not {who.name}", "Type your own name to sign")
    return signed

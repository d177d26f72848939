"""What is weighed beside a route: what it brings, what the person brings, and who is signed off for it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from openkap.clinical.entries.office import CompetenceRecorded
from openkap.clinical.entries.screening import Medicine
from openkap.clinical.entries.words import Code
from openkap.clinical.plan_weighing import Weighed, of_itself, of_person, standing, unstaffed
from tests.clinical.charts import DAY, adopted, chart_of, person

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
ROUTES = adopted().routes
MAOI = "An MAOI can add to the rise in blood pressure: extra checks, whichever the route"


def test_a_route_brings_what_speaks_for_it_and_then_what_speaks_against_it() -> None:
    """Each with how sure it is."""
    route = replace(
        ROUTES["iv"], speaks_for=("Fast", "Exact"), speaks_against=("Needs a pump",), basis="secondary"
    )
    assert of_itself(route) == (
        Weighed("for", "Fast", "secondary"),
        Weighed("for", "Exact", "secondary"),
        Weighed("against", "Needs a pump", "secondary"),
    )


@pytest.mark.parametrize(
    ("medicine", "by_words"),
    [
        (Medicine(text="Nardil 15 MG", codes=(Code("rxnorm", "8123"),)), False),
        (Medicine(text="phenelzine 15 mg"), True),
    ],
)
def test_the_record_speaks_with_its_own_words_and_says_when_only_words_matched(
    medicine: Medicine, by_words: bool
) -> None:
    """A match by text is shown to be confirmed; considerations of other routes do not stop the rest."""
    chart = chart_of([(AT - DAY, person()), (AT - DAY, medicine)])
    (found,) = of_person(ROUTES["iv"], chart, adopted(), AT)
    assert (found.speaks, found.says, found.basis, found.by_words) == ("know", MAOI, "primary", by_words)
    assert found.because[0].value.startswith(medicine.text)


def acls(**changed: Any) -> CompetenceRecorded:
    known = {"user": "1", "name": "A", "competence": "acls", "valid_until": date(2026, 5, 14)}
    return CompetenceRecorded(**{**known, **changed})


def test_what_nobody_is_signed_off_for_speaks_against_the_route() -> None:
    """By the title of the competence, in the order the route needs them."""
    assert unstaffed(replace(ROUTES["im"], needs=("bls", "acls")), adopted(), (), AT.date()) == (
        Weighed("against", "No one here is recorded as signed off in basic life support", "secondary"),
        Weighed("against", "No one here is recorded as signed off in advanced life support", "secondary"),
    )


def test_the_newest_record_of_each_person_and_competence_stands() -> None:
    """Written later replaces written earlier, for that person and that competence alone."""
    renewed, other = acls(valid_until=date(2027, 5, 14)), acls(user="2", name="B")
    bls = acls(competence="bls")
    assert set(standing([acls(), bls, other, renewed])) == {renewed, bls, other}
    assert standing([]) == ()

"""The clinic's drugs are recorded by named people, and a dose takes its strength from a lot alone."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from openkap.actions import balance, dosing
from openkap.actions.door import NotAllowed
from openkap.actions.formulary import record_lot, set_highest, set_presentation, withdraw_lot
from openkap.clinical.entries.dosing import DoseGiven
from openkap.clinical.entries.drug import DosePrepared
from openkap.clinical.quantity import MgPerMl, Milligrams, Millilitres
from openkap.clinical.refusal import BadInput
from openkap.demo.telling import Telling
from openkap.demo.visiting import Visiting
from openkap.records.in_force import in_force
from openkap.records.policy import NotFound, Principal
from openkap.records.verify import verify
from tests.actions.day import booked_and_checked, give
from tests.conftest import AT

People = dict[str, Principal]
UNTIL = date(2026, 5, 14)  # the day the tests play on


def vial(who: Principal, **changed: Any) -> str:
    fields = {
        "title": "Ketamine 50 mg/mL, 10 mL",
        "routes": ("iv", "im"),
        "concentration": MgPerMl(Decimal(50)),
        "volume": Millilitres(Decimal(10)),
    }
    return str(set_presentation(who, at=AT, **fields | changed).fact.presentation)


def lot(who: Principal, presentation: str, number: str = "A1", until: date = UNTIL) -> str:
    entry = record_lot(who, presentation=presentation, number=number, expires_on=until, at=AT)
    return str(entry.fact.lot)


def limit(who: Principal, dose: str | None, session: str | None = None, **changed: Any) -> None:
    amounts = {
        name: text and Milligrams(Decimal(text)) for name, text in (("dose", dose), ("session", session))
    }
    fields = {"route": "iv", "reason": "agreed", "signed_name": who.name}
    set_highest(who, at=AT, **amounts | fields | changed)


def test_the_whole_of_a_vial_is_worked_out_and_the_clinic_next_door_sees_none(people: People) -> None:
    """50 mg/mL × 10 mL = 500 mg; the ledger holds."""
    presentation = vial(people["director"])
    made = in_force(people["director"].clinic).formulary
    assert made.presentations[presentation].fact.unit == Milligrams(Decimal(500))
    assert made.presentations[presentation].author == people["director"].user
    assert in_force("").formulary.presentations == {}
    assert verify() == []


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": " "}, "title"),
        ({"form": "powder"}, "form"),
        ({"routes": ()}, "routes"),
        ({"routes": ("iv", "intranasal")}, "routes"),
        ({"volume": None}, "volume"),
        ({"concentration": MgPerMl(Decimal(0))}, "concentration"),
        ({"diluted": MgPerMl(Decimal(50))}, "diluted"),
        ({"volume": Millilitres(Decimal("0.00001"))}, "unit"),
        ({"form": "lozenge"}, "concentration"),
        ({"form": "lozenge", "concentration": None, "volume": None}, "unit"),
        ({"presentation": "nobody's"}, "presentation"),
    ],
)
def test_a_label_that_cannot_be_is_refused_by_its_field(
    people: People, changed: dict[str, Any], field: str
) -> None:
    """And nothing is written."""
    with pytest.raises(BadInput) as fault:
        vial(people["director"], **changed)
    assert fault.value.where == field
    assert in_force(people["director"].clinic).formulary.presentations == {}


@pytest.mark.parametrize(
    ("who", "act"),
    [
        ("prescriber", "vial"),
        ("monitor", "vial"),
        ("prescriber", "limit"),
        ("manager", "limit"),
        ("auditor", "lot"),
    ],
)
def test_who_may_not_has_no_such_act(people: People, who: str, act: str) -> None:
    """Limits are the director's; what is stocked the manager's too; a lot whoever handles the drug."""
    presentation = vial(people["manager"])
    acts = {
        "vial": lambda: vial(people[who]),
        "limit": lambda: limit(people[who], "35"),
        "lot": lambda: lot(people[who], presentation),
    }
    with pytest.raises(NotFound):
        acts[act]()


def test_a_lot_is_recorded_once_and_not_when_it_is_over(people: People) -> None:
    """Its last day counts where the clinic is."""
    presentation = vial(people["manager"])
    with pytest.raises(BadInput, match="expired"):
        lot(people["monitor"], presentation, until=UNTIL - timedelta(days=1))
    first = lot(people["monitor"], presentation)
    with pytest.raises(BadInput, match="recorded already"):
        lot(people["monitor"], presentation)
    withdraw_lot(people["monitor"], lot=first, reason="recalled", at=AT)
    with pytest.raises(BadInput, match="no such lot"):
        withdraw_lot(people["monitor"], lot=first, reason="recalled", at=AT)


def test_a_limit_is_signed_with_ones_own_name_and_makes_sense(people: People) -> None:
    """Another's name, a dose above its visit, nothing, no reason, no route."""
    director = people["director"]
    for changed, field in (
        ({"signed_name": "Somebody"}, "signed_name"),
        ({"reason": ""}, "reason"),
        ({"route": "nowhere"}, "route"),
    ):
        with pytest.raises(BadInput) as fault:
            limit(director, "35", **changed)
        assert fault.value.where == field
    for dose, session, field in (("0", None, "dose"), ("35", "34.9", "session")):
        with pytest.raises(BadInput) as fault:
            limit(director, dose, session)
        assert fault.value.where == field


def taken_out(visiting: Visiting, chosen: str) -> None:
    telling = visiting.telling
    out = {"visit": visiting.visit, "lot": chosen, "units": 1}
    balance.draw(telling.staff.monitor, telling.chart, at=AT, **out)


def prepare(visiting: Visiting, **vial: Any) -> DosePrepared:
    telling = visiting.telling
    at = AT + vial.pop("later", timedelta(0))
    fact: DosePrepared = dosing.prepare_dose(
        telling.staff.monitor, telling.chart, at=at, visit=visiting.visit, **vial
    ).fact
    return fact


def test_number_and_strength_of_a_dose_are_those_of_its_lot(ready: Telling, people: People) -> None:
    """Whatever is typed beside it: 10 mg/mL typed is 50 mg/mL given (H6)."""
    chosen = lot(people["monitor"], vial(people["manager"]))
    visiting = booked_and_checked(ready)
    for wrong in ("A1", ""):
        with pytest.raises(BadInput) as fault:
            prepare(visiting, lot=wrong)
        assert fault.value.where == "lot"
    made = prepare(visiting, lot=chosen, concentration=MgPerMl(Decimal(10)))
    typed = {"visit": visiting.visit, "calculation": made.calculation, "amount": made.amount}
    dosing.confirm_dose(ready.staff.prescriber, ready.chart, at=AT, **typed)
    taken_out(visiting, chosen)
    given = give(visiting, lot=chosen).fact
    assert (given.lot, given.concentration, str(given.volume)) == ("A1", MgPerMl(Decimal(50)), "0.78 mL")


@pytest.mark.parametrize("why", ["expired", "withdrawn", "not for this route"])
def test_no_dose_is_worked_out_from_a_lot_that_is_kept_off(ready: Telling, people: People, why: str) -> None:
    """Each with its sentence, at the lot."""
    visiting = booked_and_checked(ready)
    presentation = vial(people["manager"], routes=("im",) if why == "not for this route" else ("iv",))
    chosen = lot(people["monitor"], presentation)
    if why == "withdrawn":
        withdraw_lot(people["monitor"], lot=chosen, reason="recalled", at=AT)
    later = timedelta(hours=12, minutes=1) if why == "expired" else timedelta(0)  # midnight in Zurich is past
    with pytest.raises(BadInput, match=why) as fault:
        prepare(visiting, lot=chosen, later=later)
    assert fault.value.where == "lot"


def test_a_lot_withdrawn_after_the_sum_was_confirmed_gives_nothing(ready: Telling, people: People) -> None:
    """The recall came in between: the lot is asked for once more at the dose itself."""
    chosen = lot(people["monitor"], vial(people["manager"]))
    visiting = booked_and_checked(ready)
    taken_out(visiting, chosen)
    withdraw_lot(people["monitor"], lot=chosen, reason="recalled", at=AT)
    with pytest.raises(BadInput, match="recalled"):
        give(visiting)
    assert ready.folded().facts(DoseGiven) == []


@pytest.mark.parametrize(
    ("dose", "session", "open"), [("39.1", "39.1", True), ("39.099", None, False), (None, "39.099", False)]
)
def test_a_dose_above_the_directors_limit_is_refused(
    ready: Telling, people: People, dose: str | None, session: str | None, open: bool
) -> None:
    """At the limit it is given, a microgram below it not; the director alone can lift it."""
    limit(people["director"], dose, session)
    visiting = booked_and_checked(ready)
    if open:
        assert give(visiting).fact.amount == Milligrams(Decimal("39.1"))
        return
    with pytest.raises(NotAllowed) as refused:
        give(visiting)
    (reason,) = refused.value.because
    assert (reason.rule, reason.who, reason.override) == ("highest-of-the-clinic", "director", "")
    assert "39.1 mg is above 39.099 mg" in reason.says

"""Two people at one vial at the same instant: what is left is thrown away once, and witnessed once."""

from decimal import Decimal
from functools import partial
from uuid import uuid4

import pytest

from openkap.actions import balance as act
from openkap.clinical.entries.balance import DrugReturned, DrugWasted, IncidentOpened, WasteWitnessed
from openkap.clinical.entries.dosing import Arrived, VisitBooked
from openkap.clinical.quantity import Milligrams
from openkap.clinical.refusal import BadInput
from openkap.records.models import EntryRow
from openkap.records.verify import verify
from tests.records.test_together import at_once
from tests.records.writing import AT, wrote

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 4


@pytest.fixture
def drawn(people, open_chart):
    """Makes a chart with a visit for which one vial of 500 mg was taken out; (chart, id of the draw)."""

    def made() -> tuple[str, str]:
        chart = open_chart()
        booked = VisitBooked(visit="v1", starts_at=AT, room="1", route="iv", number=1)
        wrote(chart, booked, Arrived(visit="v1", identifiers=("name", "number")))
        fields = {"units": 1, "number": "A1", "each": Milligrams(Decimal(500))}
        entry = act.draw(people["monitor"], chart, at=AT, visit="v1", **fields)
        return chart, str(entry.id)

    return made


def counted(chart: str, kind: type) -> int:
    return EntryRow.objects.filter(subject=f"chart:{chart}", kind=kind.KIND).count()


def test_the_last_of_a_vial_is_thrown_away_once(people, drawn):
    """Of six who waste all of it, or put it back, one gets through; what is left is never below nothing."""
    whole = {"amount": Milligrams(Decimal(500)), "how": "gel"}
    for _ in range(ROUNDS):
        chart, draw = drawn()
        common = {"at": AT, "visit": "v1", "drawn": draw}
        wastes = [partial(act.waste, people["monitor"], chart, **common, **whole)] * 3
        backs = [partial(act.give_back, people["prescriber"], chart, **common, units=1)] * 3
        answers = at_once(*wastes, *backs)
        assert sum(isinstance(answer, BadInput) for answer in answers) == 5
        assert counted(chart, DrugWasted) + counted(chart, DrugReturned) == 1
    assert verify() == []


def test_a_waste_is_witnessed_once(people, drawn):
    """Of four others who sign at once, one did."""
    for _ in range(ROUNDS):
        chart, draw = drawn()
        fields = {"at": AT, "visit": "v1", "drawn": draw, "amount": Milligrams(Decimal(1)), "how": "gel"}
        waste = str(act.waste(people["monitor"], chart, **fields).id)
        who = (people["prescriber"], people["director"]) * 2
        answers = at_once(*[partial(act.witness, one, chart, at=AT, visit="v1", waste=waste) for one in who])
        assert sum(isinstance(answer, BadInput) for answer in answers) == 3
        assert counted(chart, WasteWitnessed) == 1


def test_one_difference_opens_one_incident(people, drawn):
    """Two who answer for it at once, and one of them twice: the chart and the clinic agree."""
    for number in range(1, ROUNDS + 1):
        chart, _ = drawn()
        sent = {"at": AT, "visit": "v1", "reason": "Spilt", "owner": people["manager"].user, "id": uuid4()}
        twice = [partial(act.accept_variance, people["monitor"], chart, **sent)] * 2
        once = partial(act.accept_variance, people["prescriber"], chart, **sent | {"id": uuid4()})
        at_once(*twice, once)
        assert EntryRow.objects.filter(kind=IncidentOpened.KIND).count() == number
    assert verify() == []

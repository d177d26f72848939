"""The lists beside the ledger: right after every append, and equal to what a rebuild makes from nothing."""

import random
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from openkap.clinical.entries.dosing import DoseGiven, VisitBooked, VisitStopped
from openkap.clinical.entries.office import TaskOpened, TaskTaken
from openkap.clinical.entries.person import ChartOpened, Identifier, JoinedCareTeam, LeftCareTeam
from openkap.clinical.entries.preparation import Intention
from openkap.clinical.entries.screening import Measurement, Problem, Score
from openkap.clinical.quantity import Milligrams
from openkap.records import projections
from openkap.records.models import ChartRow, DueRow, IdentifierRow, TaskRow, TeamRow, VisitRow
from openkap.records.projections import IdentifierTaken, rebuild
from tests.records.writing import AT, wrote

pytestmark = pytest.mark.django_db
MODELS = (ChartRow, VisitRow, DueRow, TaskRow, TeamRow, IdentifierRow)


def every_row():
    """All lists without the database's own row numbers."""
    rows = {}
    for model in MODELS:
        names = [field.attname for field in model._meta.concrete_fields if field.attname != "id"]
        rows[model.__name__] = sorted(model.objects.values_list(*names), key=repr)
    return rows


def something(rng):
    """A fact such as a clinic writes, drawn at random."""
    visit, user, task = f"v{rng.randint(1, 3)}", f"u{rng.randint(1, 3)}", f"t{rng.randint(1, 2)}"
    starts_at = AT + timedelta(hours=rng.randint(-400, 400))
    return rng.choice(
        [
            Score(instrument=rng.choice(["phq9", "gad7"]), total=rng.randint(0, 21)),
            Problem(text="Major depressive disorder"),
            Measurement(what="weight", value=Decimal(rng.randint(400, 1200)) / 10, unit="kg"),
            Identifier(system="urn:mrn", value=str(rng.randint(1, 10**9))),
            JoinedCareTeam(user=user, name=user.upper(), role="therapist"),
            LeftCareTeam(user=user, reason="moved"),
            VisitBooked(visit=visit, starts_at=starts_at, room="Blue", route="iv", number=1),
            DoseGiven(visit=visit, route="iv", amount=Milligrams(Decimal(35))),
            VisitStopped(visit=visit, reason="fire drill"),
            TaskOpened(task=task, what="Suicide item positive", rule="phq9-item-9"),
            TaskTaken(task=task),
            Intention(words="rest"),
        ]
    )


def a_random_ledger(open_chart, rng):
    charts = [open_chart(family_name=rng.choice(["Berg", "O’Brien", "Zoë"])) for _ in range(4)]
    written = {chart: [] for chart in charts}
    for turn in range(60):
        chart, at = rng.choice(charts), AT + timedelta(minutes=10 * turn)
        corrects = (
            {"supersedes": rng.choice(written[chart])} if written[chart] and rng.random() < 0.15 else {}
        )
        written[chart] += [entry.id for entry in wrote(chart, something(rng), at=at, **corrects)]


@pytest.mark.parametrize("seed", range(6))
def test_lists_equal_a_rebuild(open_chart, seed):
    """Whatever was written, in whatever order, lists kept as it went equal lists made from nothing."""
    a_random_ledger(open_chart, random.Random(seed))
    kept = every_row()
    assert rebuild() == 4
    assert every_row() == kept
    assert len(kept["ChartRow"]) == 4


def test_lists_equal_a_rebuild_when_nothing_is_remembered(open_chart, monkeypatch):
    """A process that starts in the middle of a chart writes the same rows as one that saw it all."""
    monkeypatch.setattr(projections, "_WRITTEN", Forgetful())
    a_random_ledger(open_chart, random.Random(99))
    kept = every_row()
    rebuild()
    assert every_row() == kept


class Forgetful:
    """Remembers no lists, as after a start."""

    def pop(self, last_hash):
        return None

    def put(self, last_hash, lists):
        return None


def test_a_rebuild_mends_what_was_lost(open_chart):
    """Lists are made again from the ledger alone, whatever state they were in."""
    chart = open_chart()
    wrote(chart, JoinedCareTeam(user="u", name="U", role="therapist"))
    kept = every_row()
    TeamRow.objects.all().delete()
    ChartRow.objects.update(family="Wrong", stage="dosing")
    rebuild()
    assert every_row() == kept


def test_a_chart_row_says_who_it_is_and_where_they_stand(open_chart, clinic):
    """Name, birth date, last scores and the next step, as of the last entry."""
    chart = open_chart(family_name="O’Brien", given_name="Zoë", birth_date=date(1979, 3, 2))
    wrote(chart, Score(instrument="phq9", total=18), at=AT)
    wrote(chart, Score(instrument="phq9", total=9), at=AT + timedelta(days=1))
    wrote(chart, Score(instrument="gad7", total=7), at=AT + timedelta(days=1))
    row = ChartRow.objects.get(chart=chart)
    assert (row.name, row.birth_date, row.clinic) == ("Zoë O’Brien", date(1979, 3, 2), clinic.id)
    assert (row.phq9, row.phq9_at, row.gad7) == (9, AT + timedelta(days=1), 7)
    assert (row.stage, row.seq, row.synthetic) == ("screening", 4, True)
    assert row.next_says
    assert row.next_who
    assert row.sought == "zoe o'brien 1979-03-02"


def test_the_care_team_is_who_joined_and_has_not_left(open_chart):
    """Leaving and joining again counts in ledger order."""
    chart = open_chart()
    joined = [JoinedCareTeam(user=user, name=user.upper(), role="therapist") for user in ("a", "b")]
    wrote(
        chart,
        *joined,
        LeftCareTeam(user="a", reason="moved"),
        LeftCareTeam(user="b", reason="moved"),
        joined[1],
    )
    assert list(TeamRow.objects.values_list("user", "name")) == [("b", "B")]


def test_an_identifier_belongs_to_one_chart_of_a_clinic(open_chart):
    """The second chart with the same number is refused whole and told which chart has it."""
    one, two = open_chart(), open_chart()
    number = Identifier(system="urn:mrn", value="4711")
    wrote(one, number)
    with pytest.raises(IdentifierTaken) as taken:
        wrote(two, Intention(words="x"), number)
    assert taken.value.chart == one
    assert ChartRow.objects.get(chart=two).seq == 1
    wrote(one, number)
    assert IdentifierRow.objects.count() == 1


def test_another_clinic_may_know_the_same_number(open_chart):
    """Clinics do not learn of each other's patients by a refusal."""
    number = Identifier(system="urn:mrn", value="4711")
    wrote(open_chart(), number)
    wrote(open_chart(clinic=str(uuid4())), number)
    assert IdentifierRow.objects.count() == 2


def test_a_long_name_is_cut_in_lists_alone(open_chart):
    """A list's column is narrower than a chart; nothing is refused for it."""
    chart = open_chart(family_name="B" * 1000)
    assert len(ChartRow.objects.get(chart=chart).family) == 200


def test_a_corrected_person_is_listed_as_corrected(open_chart, clinic):
    """A correction of the first entry changes the row."""
    chart = open_chart()
    from openkap.records import decoded

    (opened,) = decoded.chart(f"chart:{chart}").entries
    person = ChartOpened(
        family_name="Burg", given_name="Ada", birth_date=date(1980, 1, 1), sex="female", clinic=str(clinic.id)
    )
    wrote(chart, person, supersedes=opened.id)
    assert ChartRow.objects.get(chart=chart).family == "Burg"


def test_lists_go_back_with_their_transaction(open_chart):
    """What is taken back leaves no trace in the lists, nor in what is remembered of them."""
    chart = open_chart()
    kept = every_row()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        wrote(chart, JoinedCareTeam(user="a", name="A", role="therapist"))
        raise ZeroDivisionError
    assert every_row() == kept
    wrote(chart, JoinedCareTeam(user="b", name="B", role="therapist"))
    assert list(TeamRow.objects.values_list("user", flat=True)) == ["b"]


def test_an_append_writes_only_the_lists_it_changes(open_chart):
    """An intention changes no team, visit, task or identifier, so those tables are left alone."""
    chart = open_chart()
    wrote(chart, JoinedCareTeam(user="a", name="A", role="therapist"))
    with CaptureQueriesContext(connection) as queries:
        wrote(chart, Intention(words="rest"))
    said = [query["sql"].removeprefix("1 times: ") for query in queries]
    changed = [sql for sql in said if sql.startswith(("INSERT", "UPDATE", "DELETE"))]
    assert len(changed) == 3, changed

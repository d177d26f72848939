"""Rows that are only added: the ORM refuses to change them, and so does the database."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from openkap.records.models import AccessRow, EntryRow, HeadRow, OnlyAdded, Reading
from openkap.records.policy import OPERATOR
from openkap.records.read import chart as read_chart
from openkap.records.readings import Sample, store
from tests.records.test_readings import sample

pytestmark = pytest.mark.django_db
AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
MODELS = [EntryRow, Reading, AccessRow]


@pytest.fixture(params=MODELS, ids=lambda model: model.__name__)
def model(request, open_chart):
    chart = open_chart()
    store([sample(chart)], received_at=AT)
    read_chart(OPERATOR, chart)
    return request.param


CHANGES = {
    "save": lambda model: model.objects.first().save(),
    "delete one": lambda model: model.objects.first().delete(),
    "update": lambda model: model.objects.update(pk=uuid4()),
    "delete all": lambda model: model.objects.all().delete(),
    "bulk_update": lambda model: model.objects.bulk_update(list(model.objects.all()), ["chart"]),
    "update_or_create": lambda model: model.objects.update_or_create(pk=uuid4()),
    "replace": lambda model: model.objects.bulk_create([], update_conflicts=True),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_orm_refuses_to_change_a_row(model, change):
    """Every way Django offers to change or remove a row says what to do instead."""
    with pytest.raises(OnlyAdded, match="correction"):
        CHANGES[change](model)


@pytest.mark.parametrize("verb", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_the_database_refuses_too(model, verb):
    """Plain SQL past the ORM meets the triggers."""
    with pytest.raises(DatabaseError, match="only added"), transaction.atomic():
        connection.cursor().execute(verb.format(model._meta.db_table))
    assert model.objects.count() > 0


def test_a_head_moves_but_is_not_removed(open_chart):
    """Removing a head would hide that a chart was there."""
    open_chart()
    with pytest.raises(DatabaseError, match="only added"), transaction.atomic():
        HeadRow.objects.all().delete()
    assert Sample

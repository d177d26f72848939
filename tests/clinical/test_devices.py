"""Which devices send into a chart."""

import pytest

from openkap.clinical.devices import bound
from openkap.clinical.entries.devices import DeviceBound, DeviceUnbound
from openkap.clinical.entries.dosing import VisitCancelled, VisitClosed, VisitStopped
from tests.clinical.charts import chart_of
from tests.conftest import AT

ON = DeviceBound(visit="v1", device="d1", name="Monitor 3")
OFF = DeviceUnbound(visit="v1", device="d1", name="Monitor 3")


def standing(*facts):
    return [(one.visit, one.device) for one in bound(chart_of([(AT, fact) for fact in facts]))]


def test_a_device_is_bound_until_it_is_unbound():
    assert standing(ON) == [("v1", "d1")]
    assert standing(ON, OFF) == []
    assert standing(ON, OFF, ON) == [("v1", "d1")]


def test_unbinding_one_leaves_the_other():
    other = DeviceBound(visit="v1", device="d2", name="Pump")
    assert standing(ON, other, OFF) == [("v1", "d2")]


@pytest.mark.parametrize(
    "end",
    [VisitClosed(visit="v1"), VisitStopped(visit="v1", reason="x"), VisitCancelled(visit="v1", reason="x")],
)
def test_the_end_of_its_visit_unbinds_it(end):
    """Also where nobody said so; the end of another visit does not."""
    assert standing(ON, end) == []
    assert standing(DeviceBound(visit="v2", device="d1", name="Monitor 3"), end) == [("v2", "d1")]

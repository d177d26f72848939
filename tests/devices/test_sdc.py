"""An SDC device of sdc11073's own provider classes, followed through real sockets; and metric by metric."""

import time
from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace as Made

import pytest
from sdc11073.mdib import ProviderMdib
from sdc11073.provider.providerimpl import SdcProvider, provider_components_sync_factory
from sdc11073.xml_types import pm_types
from sdc11073.xml_types.dpws_types import ThisDeviceType, ThisModelType

from openkap.clinical.refusal import BadInput
from openkap.devices import sdc
from openkap.devices.sdc_call import Call
from openkap.records.models import QuarantineRow, Reading
from openkap.records.verify import verify
from tests.devices.mdib import mdib_of

NOW = 1_780_000_000.5


class Silent:
    """Discovery without multicast: the address is given, as `openkap listen --sdc` takes it."""

    active_address = "127.0.0.1"

    def publish_service(self, *_, **__):
        return None

    def clear_service(self, *_, **__):
        return None


METRICS = {
    "hr": (147842, 264864),
    "spo2": (150456, 262688),
    "odd": (999999, 262688),
    "temp": (150344, 262688),
}


class Monitor:
    """A bedside monitor with four metrics: one nobody knows, one in the wrong unit."""

    def __init__(self):
        self.mdib = ProviderMdib.from_string(mdib_of(METRICS))
        model = ThisModelType(
            manufacturer="T",
            manufacturer_url="",
            model_name="M",
            model_number="1",
            model_url="",
            presentation_url="",
        )
        device = ThisDeviceType(friendly_name="F", firmware_version="1", serial_number="1")
        plain = provider_components_sync_factory()  # the other kind leaves its event loop open
        self.provider = SdcProvider(Silent(), model, device, self.mdib, epr="urn_monitor", components=plain)
        self.provider.start_all(start_rtsample_loop=False)
        (self.address,) = self.provider.get_xaddrs()

    def measures(self, **values):
        with self.mdib.metric_state_transaction() as changing:
            for handle, value in values.items():
                state = changing.get_state(handle)
                if state.MetricValue is None:
                    state.mk_metric_value()
                state.MetricValue.Value = Decimal(value)
                state.MetricValue.DeterminationTime = time.time()
                state.MetricValue.MetricQuality.Validity = pm_types.MeasurementValidity.VALID


@pytest.fixture
def monitor():
    made = Monitor()
    yield made
    made.provider.stop_all()


def wait_for(count):
    ends = time.monotonic() + 30
    while Reading.objects.count() < count and time.monotonic() < ends:
        time.sleep(0.05)
    assert Reading.objects.count() == count


@pytest.mark.filterwarnings("ignore")
def test_a_device_is_followed_through_real_sockets(open_bedside, monitor):
    """Two known metrics are stored in order with the device's own sequence; the rest is put aside."""
    open_bedside.bound(open_bedside.device("SDC monitor", language="sdc"))
    call = Call(monitor.address)
    call.start()
    try:
        time.sleep(2)
        for number in range(10):
            monitor.measures(hr=70 + number, spo2=95)
        monitor.measures(odd=5, temp="36.6")
        wait_for(20)
    finally:
        call.stop()
    rows = list(Reading.objects.filter(signal="heart-rate").order_by("number"))
    assert [row.thousandths for row in rows] == [(70 + number) * 1000 for number in range(10)]
    assert [row.sequence for row in rows] == sorted({row.sequence for row in rows})
    assert {row.source for row in rows} == {"SDC monitor"}
    whys = " ".join(QuarantineRow.objects.values_list("why", flat=True))
    assert "999999" in whys
    assert "not known to be Cel" in whys
    assert verify() == []


def test_an_address_nobody_registered_is_not_called(bedside):
    for address in ("http://127.0.0.1:1/x", "http://monitor.local:1/x", "nonsense"):
        with pytest.raises(BadInput):
            Call(address).start()


def metric(**changed):
    """A descriptor and a state: a heart rate of 72, or changed."""
    usual = {"value": "72", "code": "147842", "unit": "264864", "validity": "Vld", "mode": "Real", "at": NOW}
    say = Made(**usual | {"on": "On", "system": None} | changed)
    unit = say.unit and Made(Code=say.unit, CodingSystem=None)
    descriptor = Made(Type=Made(Code=say.code, CodingSystem=say.system), Unit=unit)
    quality = Made(Validity=Made(value=say.validity), Mode=Made(value=say.mode))
    value = say.value and Decimal(say.value)
    number = Made(Value=value, DeterminationTime=say.at, MetricQuality=quality)
    return descriptor, Made(DescriptorHandle="h", MetricValue=number, ActivationState=say.on)


def test_a_metric_is_a_value():
    message = sdc.report([metric()], sequence=9)
    (value,) = message.values
    assert (value.signal.id, value.value, value.sequence) == ("heart-rate", 72, 9)
    assert value.at == datetime.fromtimestamp(NOW, UTC)


@pytest.mark.parametrize(
    "changed",
    [
        {"value": None}, {"validity": "Inv"}, {"validity": "Qst"}, {"validity": "Ong"}, {"validity": "NA"},
        {"on": "Off"}, {"on": "StndBy"}, {"code": "150488"},
    ],
)  # fmt: skip
def test_what_the_device_does_not_stand_by_is_none(changed):
    assert sdc.report([metric(**changed)], sequence=1) is None


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"unit": "262688"}, "not known to be /min"),
        ({"unit": None}, "not known to be /min"),
        ({"at": None}, "not said when"),
        ({"at": 1e30}, "calendar"),
        ({"value": "NaN"}, "finite"),
    ],
)
def test_what_cannot_be_taken_is_a_fault(changed, says):
    message = sdc.report([metric(**changed)], sequence=1)
    assert message.values == ()
    assert says in message.faults[0]


@pytest.mark.parametrize(("mode", "simulated"), [("Real", False), ("Demo", True), ("Test", True)])
def test_demonstration_is_marked(mode, simulated):
    assert sdc.report([metric(mode=mode)], sequence=1).simulated == simulated


def test_a_code_of_another_system_is_not_taken_for_mdc():
    assert sdc.report([metric(system="urn:private")], sequence=1).unread == ("147842^urn:private",)

"""A recording played into a visit."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from openkap.clinical.refusal import BadInput
from openkap.demo.clinic import Staff
from openkap.demo.telling import Person, Telling
from openkap.demo.visiting import Visiting
from openkap.devices.replay import replay
from openkap.devices.vitals_csv import Recording, Sample, read
from openkap.records import read as records
from openkap.records.policy import Principal
from tests.conftest import AT

REAL = Path(__file__).resolve().parents[2] / "../shared/data/vitals/mimic-s00001n-part01.csv"


@pytest.fixture
def visiting(clinic: object, people: dict[str, Principal]) -> Visiting:
    staff = Staff(clinic, people["director"], people["prescriber"], people["therapist"], people["monitor"])
    telling = Telling(staff, Person("Ada", "Berg", "female", date(1980, 1, 1), "none"), AT)
    telling.made_ready(1)
    return Visiting(telling, AT).booked(AT)


def minutes(count: int) -> Recording:
    samples = [
        Sample(Decimal(60 * minute), signal, Decimal(70 + minute), "/min")
        for minute in range(count)
        for signal in ("heart-rate", "pulse")
    ]
    return Recording("made.csv", tuple(samples), 0, ())


def test_it_keeps_the_pace_it_was_asked_for(visiting: Visiting) -> None:
    """Three minutes at sixty times the pace: a row each second, and both signals of a row together."""
    waits: list[float] = []
    who, chart = visiting.telling.staff.monitor, visiting.telling.chart
    stored = replay(minutes(3), who, chart, visiting.visit, speed=Decimal(60), wait=waits.append)
    kept = records.readings(who, chart, visiting.visit)
    assert stored == len(kept) == 6
    assert kept[-1].device_at - kept[0].device_at == timedelta(seconds=2)
    assert [round(wait) for wait in waits] == [0, 1, 2]
    assert {reading.source for reading in kept} == {"recording made.csv"}


@pytest.mark.parametrize("speed", ["0", "-1"])
def test_time_does_not_stand_still(visiting: Visiting, speed: str) -> None:
    """A speed of nothing, or backwards, is refused by name."""
    who, chart = visiting.telling.staff.monitor, visiting.telling.chart
    with pytest.raises(BadInput, match="--speed"):
        replay(minutes(1), who, chart, visiting.visit, speed=Decimal(speed))


def test_a_real_recording_arrives_whole(visiting: Visiting) -> None:
    """160 minutes of a real monitor: every value, no dropout, in order."""
    if not REAL.exists():
        pytest.skip("the shared recordings are not beside this checkout")
    recording = read(REAL)
    who, chart = visiting.telling.staff.monitor, visiting.telling.chart
    replay(recording, who, chart, visiting.visit, speed=Decimal(1_000_000), wait=lambda _: None)
    kept = records.readings(who, chart, visiting.visit)
    assert [(r.signal, Decimal(r.thousandths) / 1000, r.unit) for r in kept] == [
        (sample.signal, sample.value, sample.unit) for sample in recording.samples
    ]

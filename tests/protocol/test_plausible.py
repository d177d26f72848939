"""What a clinic cannot have meant is told with what would make sense."""

import pytest

from openkap.protocol.load import ProtocolFault, load, shipped

SIGNED = 'by = "Dr Obi"\non = 2026-03-02\nreason = "Committee"\n'
PRESSURE = (
    'rule = "bp-hard-stop"\nwhen = {{ measurement = "blood-pressure", above = {{ {} }}, within = "{}" }}'
)
TEST = 'rule = "pregnancy-test-old"\nwhen = {{ absent = "result", within = "{}" }}'
CAP = 'open = "route im: the highest dose of a plan (DOS-10)"\n'


def told(change: str) -> list[str]:
    with pytest.raises(ProtocolFault) as caught:
        load(overlay=f"[[change]]\n{change}\n{SIGNED}")
    return [fault.what for fault in caught.value.found]


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (PRESSURE.format("systolic = 80, diastolic = 180", "30 d"), "not below systolic blood pressure"),
        (PRESSURE.format("diastolic = 110, systolic = 110", "30 d"), "not below systolic blood pressure"),
        (PRESSURE.format("systolic = 301, diastolic = 110", "30 d"), "it lies between 40 and 300 mm[Hg]"),
        (PRESSURE.format("systolic = 180, diastolic = 19", "30 d"), "it lies between 20 and 200 mm[Hg]"),
        (PRESSURE.format("systolic = 180, diastolic = 110", "121 y"), "121 y is longer than 120 years"),
        (TEST.format("0 d"), "0 d is no time at all"),
        (TEST.format("366 d"), "366 d is longer than 365 days"),
        (TEST.format("999999999 y"), "is longer than the calendar"),
        ('number = "ecg-every"\nvalue = "0 d"', "this must be above 0"),
        ('number = "ecg-every"\nvalue = "6 y"', "this is more than 5 years"),
        ('number = "adequate-trial-weeks"\nvalue = 0', "this must be above 0"),
        ('number = "adequate-trial-weeks"\nvalue = 53', "this is more than 52"),
        ('number = "impaired-after-dose"\nvalue = "0 h"', "this must be above 0"),
        ('number = "impaired-after-dose"\nvalue = "121 y"', "this is more than 120 years"),
        (f"{CAP}cap_mg_per_kg = 0", "this must be above 0"),
        (f"{CAP}cap_mg_per_kg = 13.1", "13.1 mg/kg is above every anaesthetic dose (13 mg/kg)"),
        (f"{CAP}cap_mg = 5201", "5201 mg is above every anaesthetic dose (5200 mg)"),
        (f"{CAP}cap_mg = true", "True is not a number"),
        (CAP, "give cap_mg_per_kg, cap_mg or both"),
    ],
)
def test_what_makes_no_sense_is_told_once(change: str, what: str) -> None:
    """Upside down, beyond anything charted, no time, an endless one, a dose nobody gives."""
    (found,) = told(change)
    assert what in found


@pytest.mark.parametrize(
    "change",
    [
        PRESSURE.format("systolic = 300, diastolic = 20", "120 y"),
        PRESSURE.format("systolic = 180", "1 min"),
        TEST.format("365 d"),
        TEST.format("1 min"),
        'number = "adequate-trial-weeks"\nvalue = 52',
        f"{CAP}cap_mg_per_kg = 13\ncap_mg = 5200",
        'rule = "deceased"\nwhen = { elapsed = "death", over = "0 min" }',
    ],
)
def test_the_bounds_themselves_make_sense(change: str) -> None:
    """The last value of each kind that is taken; a death is a fact after no time at all."""
    assert load(overlay=f"[[change]]\n{change}\n{SIGNED}").changes


def test_every_time_and_count_left_open_has_a_bound() -> None:
    """So that a slip of the hand is told wherever one can be made."""
    open_ = [one for one in shipped().unset if '"?"' in one.template or one.template in ("time", "count")]
    assert open_ and all(one.at_most for one in open_)

"""Alerts in the handbook: every one, with its limit as it is in force."""

from openkap.reports.alert_lines import alerts
from tests.clinical.alerts.room import with_number
from tests.clinical.charts import adopted


def lines(**numbers: object) -> dict[str, str]:
    protocol = adopted()
    for name, value in numbers.items():
        protocol = with_number(name.replace("_", "-"), value)
    return {line.id: line.speaks for section in alerts(protocol).sections for line in section.lines}


def test_every_alert_is_a_line() -> None:
    told = lines()
    assert {rule.id for rule in adopted().alerting.rules} <= told.keys()
    assert told["pressure-crisis"] == (
        "High priority, BP1: when systolic blood pressure is at least 180 mm[Hg] or "
        "diastolic blood pressure is at least 120 mm[Hg]."
    )
    assert told["check-overdue"].endswith("when no set of vital signs came when it was due, 1 min later.")
    assert "is below 94 % and sedation (MOAA/S) is below 5" in told["oxygen-and-sedation"]


def test_what_is_not_set_says_so() -> None:
    """Until the director sets it; then it is their number."""
    assert "a value that is not set" in lines()["deep-sedation"]
    assert "by a share that is not set" in lines()["oxygen-fallen"]
    assert "is below 4" in lines(sedation_call=4)["deep-sedation"]

"""The alerts of a visit as a screen lists them: what, since when, what to do, who knows."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest

from openkap.actions.device_limits import stands
from openkap.clinical.alerts.lifecycle import Alert, standing
from openkap.clinical.alerts.rules import AlertRule
from openkap.clinical.answers import Visit
from openkap.clinical.chart import Chart
from openkap.clinical.entries.alerts import SoundChosen, SoundTested
from openkap.clinical.protocol import BASIS_SAYS, Protocol
from openkap.clinical.wording import value_in_words
from openkap.protocol.read_device_limits import device_limits
from openkap.records.policy import Principal
from openkap.web import alert_words, people, words

LEVELS = {"high": "high", "medium": "mid", "low": "low"}
KINDS = {
    "workflow": "Workflow prompt",
    "limit": "Clinic limit on a charted value",
    "device": "Clinic limit on the device feed: the bedside monitor stays the primary alarm",
}
SCREEN = "screen"
"""The cookie with the name of this screen."""
LONGEST_NAME = 40
BOARD = "board"
"""What a form of the second screen says it comes from."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One alert as it is shown."""

    raised: str
    code: str
    level: str  # "high" · "mid" · "low"
    kind: str
    says: str
    told: str  # the values it rests on
    onset: datetime
    state: str
    act: tuple[str, ...]
    then: tuple[str, ...]  # the ladder from where this alert begins
    known_by: str
    sounds: bool
    silenced_until: datetime | None
    escalated: tuple[str, ...]
    assumed: str


def of(request: HttpRequest, chart: Chart, visit: Visit) -> dict[str, Any]:
    """`alerts`, and how this screen sounds."""
    screen = screen_of(request, visit)
    chosen = chart.latest(SoundChosen, visit=visit.id, screen=screen)
    tested = chart.latest(SoundTested, visit=visit.id)
    protocol = request.protocol
    sound = chosen.fact.sound if chosen else "off"
    return {
        "alerts": shown(request.principal, chart, visit.id, protocol, request.at),
        "screen": screen,
        "sound": sound,
        "sound_says": alert_words.SOUNDS[sound],
        "sounds": alert_words.SOUNDS,
        "sound_test": tested,
        "feed_limits": stands(request.principal),
        "unsure_s": _seconds(protocol.span("screen-unsure")),
        "failure_s": _seconds(protocol.span("failure-tone")),
        "silence_words": value_in_words(protocol.span("silence-at-most")),
    }


def screen_of(request: HttpRequest, visit: Visit) -> str:
    """What this screen is called: as somebody named it here, else as the room."""
    return request.get_signed_cookie(SCREEN, default="")[:LONGEST_NAME] or visit.room


def shown(who: Principal, chart: Chart, visit: str, protocol: Protocol, at: datetime) -> tuple[Shown, ...]:
    """The alerts that stand, worst first."""
    found = standing(chart, visit, at)
    names = people.names(who, {one.who for alert in found for one in (*alert.acknowledged, *alert.seen)})
    return tuple(_shown(alert, names, protocol, at) for alert in found)


def _shown(alert: Alert, names: dict[str, str], protocol: Protocol, at: datetime) -> Shown:
    rule = _rule(alert.fact.alert, protocol)
    return Shown(
        raised=alert.raised,
        code=alert.fact.code,
        level=LEVELS[alert.fact.priority],
        kind=KINDS[alert.fact.family],
        says=alert.fact.says,
        told=alert_words.told(alert.fact.measured),
        onset=alert.fact.onset,
        state=_state(alert),
        act=rule.act if rule else (),
        then=tuple(step.says for step in protocol.alerting.from_step(rule.begins_with)) if rule else (),
        known_by=_known_by(alert, names),
        sounds=alert.sounds(at),
        silenced_until=alert.silenced_until if alert.silenced_until and alert.silenced_until > at else None,
        escalated=tuple(to for to, _ in alert.escalated),
        assumed=BASIS_SAYS["assumed"] if rule and rule.basis == "assumed" else "",
    )


def _rule(name: str, protocol: Protocol) -> AlertRule | None:
    of_feed = (limit for limit in device_limits().limits if limit.id == name)
    return protocol.alerting.rule(name) or next(of_feed, None)


def _state(alert: Alert) -> str:
    if alert.state == "latched":
        return "Over; it stays here until somebody acknowledges it"
    return "Over, and nobody saw it" if alert.state == "unseen" else ""


def _known_by(alert: Alert, names: dict[str, str]) -> str:
    """ "Acknowledged by Ines Moreno, monitor, at 10:26:03": the first name stands, another is added."""
    told = [
        f"{names.get(one.who, 'somebody')} at {words.local(one.at):%H:%M:%S}" for one in alert.acknowledged
    ]
    if not told:
        return ""
    return f"Acknowledged by {told[0]}" + (f"; also by {', '.join(told[1:])}" if told[1:] else "")


def _seconds(span: timedelta) -> int:
    return int(span.total_seconds())

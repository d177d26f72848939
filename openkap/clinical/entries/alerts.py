"""What became of an alert, from raised to cleared; and how a room may sound."""

from datetime import datetime

from openkap.clinical.entries.kind import kind
from openkap.clinical.entries.words import Measured


@kind("alert-raised")
class AlertRaised:
    """The condition of an alert holds. One condition is one alert: it is not raised again while it stands."""

    visit: str
    alert: str  # id in protocol/alerts
    code: str  # what may leave the room
    priority: str  # as it was then: "high" · "medium" · "low"
    family: str  # "workflow" · "limit" · "device"
    says: str
    onset: datetime  # since when the condition holds
    measured: tuple[Measured, ...] = ()


@kind("alert-seen")
class AlertSeen:
    """A screen told of an alert: the receipt. Whoever was signed in there is the author."""

    visit: str
    raised: str  # id of the entry that raised it
    alert: str  # id in protocol/alerts
    screen: str
    how: str = "shown"  # "shown" · "sounded"


@kind("alert-acknowledged")
class AlertAcknowledged:
    """A named person knows. It stops the sound and clears nothing."""

    visit: str
    raised: str
    alert: str
    screen: str = ""


@kind("alert-silenced")
class AlertSilenced:
    """The sound rests until a moment, and starts again by itself."""

    visit: str
    raised: str
    alert: str
    until: datetime


@kind("alert-escalated")
class AlertEscalated:
    """Nobody answered in time, so it went on."""

    visit: str
    raised: str
    alert: str
    to: str  # a channel of protocol/alerts
    because: str


@kind("alert-cleared")
class AlertCleared:
    """The condition no longer holds. A high one stays until it is acknowledged, any one until it was seen."""

    visit: str
    raised: str
    alert: str
    because: str
    measured: tuple[Measured, ...] = ()


@kind("sound-chosen")
class SoundChosen:
    """How one tablet sounds. Without a choice it is silent: no sound reaches the patient by itself."""

    visit: str
    screen: str
    sound: str  # "off" · "earpiece" · "aloud"


@kind("sound-tested")
class SoundTested:
    """ "Did you hear it?" before the first dose, and the answer."""

    visit: str
    screen: str
    heard: str  # "yes" · "no"
    sound: str  # how it was set

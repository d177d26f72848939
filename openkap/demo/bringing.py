"""What a synthetic person brings to a dose: words, permissions, a way home, the word of the day before."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from openkap.actions import consent, readiness
from openkap.clinical import holds
from openkap.clinical.case import Case
from openkap.clinical.permissions import DECLINED, GRANTED
from openkap.demo import draw

if TYPE_CHECKING:
    from openkap.demo.telling import Telling

HAND = "touch-hand"
ONE_IN = 2
"""One in so many lets their hand be held."""
FRIEND = {"name": "A friend", "relation": "friend", "phone": "555 0134"}
SETTING = {"position": "recliner", "eyeshades": True, "headphones": True, "music": "The slow list"}


def words(of: "Telling", at: datetime) -> None:
    """Goals, expectations, concerns, what helps, the room, and somebody to lean on."""
    said, chance = draw.cohort()["words"]["ready"], draw.of(f"{of.person.name} brings")
    asked = [
        (readiness.say, {"about": about, "words": chance.choice(said[about])}) for about in readiness.ABOUT
    ]
    of.together(
        of.staff.therapist,
        at,
        *asked,
        (readiness.plan_calm, {"helps": chance.choice(said["helps"]), "signal": "Lifts a hand"}),
        (readiness.choose_setting, SETTING),
        (readiness.name_support, FRIEND | {"may_call": True}),
    )


def permissions(of: "Telling", at: datetime) -> None:
    """Each asked for by itself; whoever lets their hand be held signs for it and tries it out."""
    holds_hands = draw.of(f"{of.person.name} allows").randrange(ONE_IN) == 0
    if holds_hands:
        _touch_signed(of, at)
    given = {HAND: GRANTED} if holds_hands else {}
    asked = [{"permission": name, "answer": given.get(name, DECLINED)} for name in of.protocol.permissions]
    of.together(of.staff.therapist, at, *[(readiness.answer_permission, one) for one in asked])
    if holds_hands:
        of.do(of.staff.therapist, readiness.rehearse, at, permission=HAND, note="Tried out, felt safe")


def _touch_signed(of: "Telling", at: datetime) -> None:
    text = of.protocol.consents["touch"]
    shown: dict[str, Any] = {"document": text.id, "text_sha256": text.sha256}
    answers = [shown | {"question": one.id, "answer": one.right} for one in text.questions]
    of.together(of.staff.therapist, at, *[(consent.answer, one) for one in answers])
    of.do(of.staff.therapist, consent.sign, at, signed_name=of.person.name, **shown)


def way_home(of: "Telling", at: datetime) -> None:
    """Who comes along, and how they get home."""
    of.together(
        of.staff.monitor,
        at,
        (readiness.name_escort, FRIEND | {"confirmed": True}),
        (readiness.plan_ride, {"way": "car", "not_driving": True}),
    )


def confirmed(of: "Telling", at: datetime) -> None:
    """Food, drink and medicines before the next dose, confirmed on the telephone."""
    case = Case(of.folded(), of.protocol, at)
    visit = holds.upcoming(case)
    assert visit is not None, "the story booked no visit"
    lines = tuple(line.says for line in holds.lines(case))
    of.do(of.staff.monitor, readiness.confirm_holds, at, visit=visit.id, lines=lines)

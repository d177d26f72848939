"""What the patient and those around them bring to a dose, each written down by itself."""

from openkap.actions.door import Act, action
from openkap.actions.fields import needed, one_of
from openkap.clinical import holds
from openkap.clinical.entries.readiness import (
    CalmingPlan,
    EscortNamed,
    HoldsConfirmed,
    OwnWords,
    PermissionAnswered,
    PermissionRehearsed,
    RidePlanned,
    SettingChosen,
    SupportNamed,
)
from openkap.clinical.permissions import DECLINED, GRANTED, WITHDRAWN
from openkap.clinical.refusal import BadInput

ABOUT = ("goals", "expectations", "concerns")
WAYS_HOME = ("car", "taxi", "public", "walk")
POSITIONS = ("recliner", "bed", "mat")


@action("readiness.record")
def say(act: Act, *, about: str, words: str) -> None:
    """What the patient hopes for, expects or worries about, in their own words."""
    one_of(about, ABOUT, "about")
    act.write(OwnWords(about=about, words=needed(words, "words", "Write it in the patient's own words")))


@action("readiness.record")
def plan_calm(act: Act, *, helps: str, avoid: str = "", signal: str = "") -> None:
    """What helps when it gets hard."""
    needed(helps, "helps", "Write what helps")
    act.write(CalmingPlan(helps=helps, avoid=avoid, signal=signal))


@action("readiness.record")
def name_escort(act: Act, *, name: str, relation: str, phone: str, confirmed: bool) -> None:
    """Who takes the patient home after the next dose; `confirmed`: sober and free that day."""
    needed(name, "name", "Write their name")
    needed(phone, "phone", "Write a number they answer on that day")
    act.write(EscortNamed(name=name, relation=relation, phone=phone, confirmed=confirmed))


@action("readiness.record")
def plan_ride(act: Act, *, way: str, not_driving: bool) -> None:
    """How the patient gets home, without driving."""
    one_of(way, WAYS_HOME, "way")
    act.write(RidePlanned(way=way, not_driving=not_driving))


@action("readiness.record")
def choose_setting(act: Act, *, position: str, eyeshades: bool, headphones: bool, music: str) -> None:
    """How the patient wants the room to be."""
    one_of(position, POSITIONS, "position")
    act.write(SettingChosen(position=position, eyeshades=eyeshades, headphones=headphones, music=music))


@action("readiness.record")
def name_support(act: Act, *, name: str, relation: str, phone: str, may_call: bool) -> None:
    """Somebody to lean on in the days after."""
    needed(name, "name", "Write their name")
    if may_call:
        needed(phone, "phone", "Write the number the clinic may call")
    act.write(SupportNamed(name=name, relation=relation, phone=phone, may_call=may_call))


@action("readiness.record")
def confirm_holds(act: Act, *, visit: str, lines: tuple[str, ...]) -> None:
    """The patient has read what to do about food, drink and medicines before a visit, and will do it."""
    act.pass_gate("sign-consent")
    ahead = holds.upcoming(act.case)
    if ahead is None or ahead.id != visit:
        raise BadInput("visit", "this is not the next visit", "Open the page again")
    if lines != tuple(line.says for line in holds.lines(act.case)):
        raise BadInput("lines", "the list has changed since it was shown", "Read it again, then confirm")
    act.write(HoldsConfirmed(visit=visit, lines=lines))


@action("permission.answer")
def answer_permission(act: Act, *, permission: str, answer: str, said: str = "") -> None:
    """One permission, given or refused. Between a dose and the end of the lock nothing is given."""
    one_of(permission, act.protocol.permissions, "permission")
    one_of(answer, (GRANTED, DECLINED), "answer")
    if answer == GRANTED:
        act.pass_gate("grant-permission")
    act.write(PermissionAnswered(permission=permission, answer=answer, said=said))


@action("consent.withdraw")
def withdraw_permission(act: Act, *, permission: str, said: str = "") -> None:
    """One permission is taken back: at any time, by word or by hand, and always heard."""
    one_of(permission, act.protocol.permissions, "permission")
    act.write(PermissionAnswered(permission=permission, answer=WITHDRAWN, said=said))


@action("preparation.hold")
def rehearse(act: Act, *, permission: str, note: str) -> None:
    """A touch was tried out with the patient, who was sober."""
    known = act.protocol.permissions[one_of(permission, act.protocol.permissions, "permission")]
    if not known.rehearsed:
        raise BadInput("permission", "there is nothing to try out for this one", "Choose a touch")
    act.pass_gate("grant-permission")
    act.write(PermissionRehearsed(permission=permission, note=needed(note, "note", "Write how it went")))

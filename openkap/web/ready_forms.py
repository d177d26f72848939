"""The short forms of preparation: one table that the clinic's page and the patient's own pages both show."""

from dataclasses import dataclass
from typing import Any

from openkap.actions import readiness as act
from openkap.actions.door import Action
from openkap.clinical.case import Case
from openkap.clinical.entries import Entry
from openkap.clinical.entries import readiness as e
from openkap.web.typed import Typed

YES_NO = (("yes", "Yes"), ("no", "No"))


@dataclass(frozen=True, slots=True)
class Ask:
    """One field. With `options` it is a choice; "yes" and "no" become true and false."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    long: bool = False  # several lines
    anew: bool = False  # a promise is given each time, and never begins filled in
    optional: bool = False

    @property
    def yes_no(self) -> bool:
        return self.options == YES_NO


@dataclass(frozen=True, slots=True)
class ReadyForm:
    """A form that writes one fact."""

    id: str  # as the place of its line on the checklist
    title: str
    lede: str
    button: str
    action: Action
    kind: type
    asks: tuple[Ask, ...]
    fixed: tuple[tuple[str, str], ...] = ()  # fields nobody is asked for

    def latest(self, case: Case) -> Entry | None:
        """What was written last."""
        return case.latest(self.kind, **dict(self.fixed))

    def read(self, typed: Typed) -> dict[str, Any]:
        """The fields of the action; faults are kept in `typed`."""
        given: dict[str, Any] = dict(self.fixed)
        for ask in self.asks:
            if ask.options:
                chosen = typed.choice(ask.name, [value for value, _ in ask.options])
                given[ask.name] = chosen == "yes" if ask.yes_no else chosen
            else:
                given[ask.name] = typed.text(ask.name, required=not ask.optional)
        return given

    def filled(self, entry: Entry | None) -> list[dict[str, Any]]:
        """Each field with what was written last, for the form to begin with."""
        return [{"ask": ask, "value": "" if ask.anew else _value(ask, entry)} for ask in self.asks]

    def says(self, entry: Entry) -> list[tuple[str, str]]:
        """What was written, label by label, as a person reads it."""
        values = ((ask, _value(ask, entry)) for ask in self.asks)
        return [(ask.label, dict(ask.options).get(value, value)) for ask, value in values if value]


def _value(ask: Ask, entry: Entry | None) -> str:
    if entry is None:
        return ""
    value = getattr(entry.fact, ask.name)
    return ("yes" if value else "no") if ask.yes_no else str(value)


def _words(about: str, title: str, lede: str) -> ReadyForm:
    asked = (Ask("words", "In your own words", long=True),)
    return ReadyForm(about, title, lede, "Write it down", act.say, e.OwnWords, asked, (("about", about),))


_NAME = Ask("name", "Name")
_RELATION = Ask("relation", "Who they are to you", optional=True)
_PHONE = Ask("phone", "Telephone")

FORMS: dict[str, ReadyForm] = {
    form.id: form
    for form in (
        _words("goals", "Goals", "What should be different in your days if this helps?"),
        _words("expectations", "Expectations", "What do you think will happen? Some people hope for a lot."),
        _words("concerns", "Concerns", "What worries you? Nothing is too small."),
        ReadyForm(
            "calming",
            "Calming plan",
            "It can get hard for a while. Tell us now what helps you then.",
            "Save the plan",
            act.plan_calm,
            e.CalmingPlan,
            (
                Ask("helps", "What helps", hint="A word, a breath, a song, silence.", long=True),
                Ask("avoid", "What does not help", optional=True),
                Ask("signal", "How you show that you need it", optional=True),
            ),
        ),
        ReadyForm(
            "setting",
            "Setting",
            "How would you like the room to be?",
            "Save",
            act.choose_setting,
            e.SettingChosen,
            (
                Ask("position", "Where you lie", (("recliner", "Recliner"), ("bed", "Bed"), ("mat", "Mat"))),
                Ask("eyeshades", "Eyeshades", YES_NO),
                Ask("headphones", "Headphones", YES_NO),
                Ask("music", "Music", hint="A list, a kind of music, or silence.", optional=True),
            ),
        ),
        ReadyForm(
            "support",
            "Support people",
            "Who can you lean on in the days after?",
            "Save",
            act.name_support,
            e.SupportNamed,
            (
                _NAME,
                _RELATION,
                Ask("phone", "Telephone", optional=True),
                Ask("may_call", "May we call them?", YES_NO),
            ),
        ),
        ReadyForm(
            "escort",
            "Escort",
            "Who takes you home after the next dose and stays with you?",
            "Save",
            act.name_escort,
            e.EscortNamed,
            (
                _NAME,
                _RELATION,
                _PHONE,
                Ask("confirmed", "They said that they will be sober and free that day", YES_NO, anew=True),
            ),
        ),
        ReadyForm(
            "ride",
            "Way home",
            "You do not drive until the next day after a good sleep.",
            "Save",
            act.plan_ride,
            e.RidePlanned,
            (
                Ask(
                    "way",
                    "How you get home",
                    (
                        ("car", "Somebody drives me"),
                        ("taxi", "Taxi, with my escort"),
                        ("public", "Bus or train, with my escort"),
                        ("walk", "On foot, with my escort"),
                    ),
                ),
                Ask("not_driving", "I will not drive, cycle or use machines until then", YES_NO, anew=True),
            ),
        ),
    )
}
"""By the place of their line on the preparation page."""

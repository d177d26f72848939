"""What has to be said live, on the patient's own day, before a dose at home."""

from openkap.clinical import home
from openkap.clinical.case import Bar, Bars, Case, day
from openkap.clinical.entries import Entry
from openkap.clinical.entries.dosing import Checked
from openkap.clinical.entries.home import HomeConfirmed, SitterNamed
from openkap.clinical.protocol import ChecklistItem
from openkap.clinical.video import CONNECTED, LOST, video


def place_confirmed(case: Case) -> Bars:
    """The patient said live today where they are, and the emergency number there was read out."""
    entry, there = case.latest(HomeConfirmed, visit=case.visit), home.named(case.chart, case.at)
    if entry is None or there is None or entry.fact.home != str(there.id):
        return (Bar("Where the patient is, and the emergency number there, are not confirmed live"),)
    return _of_today("Where the patient is was confirmed", entry, case)


def sitter_named(case: Case) -> Bars:
    """A sitter is named today, with a telephone number."""
    entry = case.latest(SitterNamed, visit=case.visit)
    if entry is None:
        return (Bar("No sitter is named for this visit"),)
    return _of_today("The sitter was named", entry, case)


def answers_of_today(case: Case) -> Bars:
    """Every line of the checklist was answered today, by the day it is in the patient's home."""
    asked = ((line, case.ticks.get((Checked, case.visit, line.id))) for line in _lines(case))
    return tuple(
        bar for line, entry in asked if entry for bar in _of_today(f"{line.says}: answered", entry, case)
    )


def _lines(case: Case) -> tuple[ChecklistItem, ...]:
    return home.lines(case.protocol, home.HOME)


def _of_today(says: str, entry: Entry, case: Case) -> Bars:
    there = home.named(case.chart, case.at)
    if there is None:
        return (Bar("Cannot tell: no home is named, so nobody knows which day it is there", override=""),)
    then = home.local_day(there.fact, entry.effective_at)
    if then == home.local_day(there.fact, case.at):
        return ()
    return (Bar(f"{says} on {day(then, case.at)}, and not today"),)


def seen_by_video(case: Case) -> Bars:
    """Somebody of the clinic sees the patient now."""
    found = video(case.chart, case.visit)
    if found.seen == CONNECTED:
        return ()
    if found.seen == LOST:
        return (Bar("Nobody sees the patient: the video is lost"),)
    return (Bar("Nobody sees the patient: the video was not connected in this visit"),)

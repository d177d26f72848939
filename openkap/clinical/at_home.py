"""May ketamine be taken at home? The same findings, graded for a place where nobody watches; drug and law."""

from openkap.clinical import consent, home, plan
from openkap.clinical.case import Bar, Bars, Case, day, times
from openkap.clinical.entries.home import LawLookedUp
from openkap.clinical.entries.words import Measured
from openkap.clinical.protocol import GRADE_NAMES

_STOPS = ("exclude", "stabilise")
_NEVER = "esketamine"
CONSENT = "at-home"
"""What is signed for the home, beside the consent to treatment."""


def home_finding(case: Case) -> Bars:
    """Nothing stops treatment at home, and nothing must be settled first."""
    found = case.screening_at_home.findings
    return tuple(
        Bar(f"{GRADE_NAMES[one.rule.then]}: {one.rule.says}", one.because, one.rule.id, "prescriber", "")
        for one in found
        if one.rule.then in _STOPS and not one.overridden
    )


def home_unanswered(case: Case) -> Bars:
    """Every question that could stop treatment at home has an answer."""
    open_ = case.screening_at_home.unknown
    asked = [one for one in open_ if one.rule.then == "exclude"]
    if not asked:
        return ()
    if len(asked) == 1:
        says = f"A question that could stop treatment at home has no answer: {asked[0].rule.says}"
    else:
        says = f"{times(len(asked), 'question')} that could stop treatment at home have no answer"
    return (Bar(says, override=""),)


def consented(case: Case) -> Bars:
    """The patient signed for treatment at home, as it is written now, and has not taken it back."""
    signed = consent.standing(case, CONSENT)
    if signed is None:
        return (Bar("The patient has not signed the consent to treatment at home", override=""),)
    if signed.fact.version != case.protocol.consents[CONSENT].version:
        return (Bar("The consent to treatment at home has changed since it was signed", override=""),)
    return ()


def drug(case: Case) -> Bars:
    """The drug may be dispensed for the home: no esketamine, by whatever route."""
    signed, this = plan.standing(case), case.this_visit
    ways = dict.fromkeys(way for way in (signed and signed.fact.route, this and this.route) if way)
    known = [case.protocol.routes[way] for way in ways if way in case.protocol.routes]
    return tuple(
        Bar(f"{route.title} is esketamine, which is never dispensed for the home", (_measured(route.title),))
        for route in known
        if route.drug == _NEVER
    )


def _measured(title: str) -> Measured:
    return Measured("planned", title)


def law(case: Case) -> Bars:
    """The law of the place was looked up, lets this clinic treat at home there, and has not run out."""
    entry = home.named(case.chart, case.at)
    if entry is None:
        return (Bar("Cannot tell: no home is named, so nobody knows whose law counts", override=""),)
    place = entry.fact
    found = case.latest(LawLookedUp, region=place.region)
    if found is None:
        says = f"Cannot tell: nobody has looked up the law of {place.region} for treatment at home"
        return (Bar(says, override=""),)
    told = (Measured(f"law of {place.region}", found.fact.source, found.effective_at.isoformat()),)
    if found.fact.allows != "yes":
        return (Bar(f"The law of {place.region} does not allow it: {found.fact.source}", told, override=""),)
    if home.local_day(place, case.at) > found.fact.until:
        until = day(found.fact.until, case.at)
        says = (
            f"Settle first: what was found of the law of {place.region} held until {until}; look it up anew"
        )
        return (Bar(says, told, override=""),)
    return ()

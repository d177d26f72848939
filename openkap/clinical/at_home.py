"""May ketamine be taken at home? The same findings, graded for a place where nobody watches."""

from openkap.clinical.case import Bar, Bars, Case, times
from openkap.clinical.protocol import GRADE_NAMES

_STOPS = ("exclude", "stabilise")


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
    verb = "has" if len(asked) == 1 else "have"
    return (
        Bar(
            f"{times(len(asked), 'question')} that could stop treatment at home {verb} no answer", override=""
        ),
    )

"""What a plan orders beside the dose itself: which weight, how long a lozenge is held, boosters."""

from typing import Any

from openkap.clinical.entries.preparation import PlanApproved
from openkap.clinical.entries.words import BoosterOrder
from openkap.clinical.plan_faults import AFTER_HOLD
from openkap.clinical.quantity import MgPerKg, Milligrams, plain
from openkap.clinical.weighing import WEIGHTS
from openkap.web.typed import Typed

_BOOSTER = ("booster_count", "booster_per_kg", "booster_fixed", "booster_minutes", "booster_after")


def held(fact: PlanApproved) -> dict[str, Any]:
    """The fields as the plan in force has them."""
    extra = fact.booster
    kept = {
        "weight_by": fact.weight_by or "",
        "hold_minutes": "" if fact.hold_minutes is None else fact.hold_minutes,
        "after_hold": fact.after_hold or "",
    }
    if extra is None:
        return kept
    return kept | {
        "booster_count": extra.count,
        "booster_per_kg": plain(extra.mg_per_kg.value) if extra.mg_per_kg else "",
        "booster_fixed": plain(extra.fixed.value) if extra.fixed else "",
        "booster_minutes": extra.minutes,
        "booster_after": extra.after_minutes,
    }


def read(typed: Typed, *, by_weight: bool) -> dict[str, Any]:
    """The fields of PlanApproved as typed; a dose by weight always names which."""
    return {
        "weight_by": typed.choice("weight_by", WEIGHTS, required=by_weight) if by_weight else None,
        "hold_minutes": typed.whole("hold_minutes", required=False),
        "after_hold": typed.choice("after_hold", AFTER_HOLD, required=False),
        "booster": _booster(typed),
    }


def _booster(typed: Typed) -> BoosterOrder | None:
    """None while not one of its fields is filled in."""
    if not any(typed.data.get(name, "").strip() for name in _BOOSTER):
        return None
    return BoosterOrder(
        count=typed.whole("booster_count") or 0,
        after_minutes=typed.whole("booster_after") or 0,
        mg_per_kg=typed.amount("booster_per_kg", MgPerKg, required=False),
        fixed=typed.amount("booster_fixed", Milligrams, required=False),
        minutes=typed.whole("booster_minutes", required=False) or 0,
    )

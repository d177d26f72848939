"""Who may correct what of a visit. Default deny: a kind of entry that is not in the table stays as it is."""

from dataclasses import dataclass
from types import MappingProxyType

from openkap.records.policy import Principal, may


@dataclass(frozen=True, slots=True)
class Correcting:
    """`permission`: what writing it takes. `out`: whether it may be taken out whole."""

    permission: str
    out: str = "no"  # "no" · "yes" · "prescriber"


_SEEN = Correcting("visit.observe", "yes")
_DRUG = Correcting("dose.give", "prescriber")
TABLE: MappingProxyType[str, Correcting] = MappingProxyType(
    {
        "arrived": Correcting("visit.arrive"),
        "checked": Correcting("visit.check", "yes"),
        "weighed": Correcting("visit.check", "yes"),
        "observed": _SEEN,
        "vital-signs": _SEEN,
        "sedation-rated": _SEEN,
        "dissociation-rated": _SEEN,
        "adverse-event": _SEEN,
        "adverse-event-followed": _SEEN,
        "rescue-step": _SEEN,
        "rescue-medicine-given": Correcting("visit.observe", "prescriber"),
        "emergency-declared": Correcting("visit.observe"),
        "emergency-over": Correcting("visit.observe"),
        "dose-given": _DRUG,
        "dose-ended": _DRUG,
        "rate-changed": _DRUG,
        "infusion-paused": _DRUG,
        "infusion-resumed": _DRUG,
        "site-checked": _DRUG,
        "hold-ended": _DRUG,
        "device-used": _DRUG,
        "discharge-checked": Correcting("visit.discharge", "yes"),
        "discharged": Correcting("visit.discharge"),
        "visit-stopped": Correcting("visit.close"),
    }
)
"""Kind of entry → how it is corrected."""


def may_correct(who: Principal, kind: str, author: str) -> bool:
    """One's own, with the permission that writing it takes; a prescriber corrects anybody's."""
    rule = TABLE.get(kind)
    return rule is not None and may(who, rule.permission) and (who.user == author or _prescribes(who))


def may_take_out(who: Principal, kind: str, author: str) -> bool:
    """As `may_correct`; what went into the patient is taken out of the record by a prescriber alone."""
    out = TABLE[kind].out if kind in TABLE else "no"
    return out != "no" and may_correct(who, kind, author) and (out == "yes" or _prescribes(who))


def _prescribes(who: Principal) -> bool:
    return who.acts_as == "prescriber"

"""The protocol in force in a clinic: the one that ships, with what its medical director adopted laid over it,
and the clinic's formulary.

It is read from the clinic's own ledger and kept by the hash of that ledger's head: a request costs one query.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from openkap.clinical.entries import Entry
from openkap.clinical.entries.formulary import HighestSet, LotRecorded, LotWithdrawn, PresentationSet
from openkap.clinical.entries.office import ProtocolAdopted, ProtocolDraftDiscarded, ProtocolDrafted
from openkap.clinical.formulary import formulary
from openkap.clinical.protocol import Adoption, Protocol
from openkap.protocol.load import ProtocolFault, load, shipped
from openkap.records import decoded
from openkap.records.canonical import START
from openkap.records.models import EntryRow, HeadRow

KEPT_OVERLAYS = 64
_PROTOCOL = (ProtocolDrafted, ProtocolDraftDiscarded, ProtocolAdopted)
_DRUGS = (PresentationSet, HighestSet, LotRecorded, LotWithdrawn)


@dataclass(frozen=True, slots=True)
class _Kept:
    """What a clinic's ledger says about its protocol, up to the entry of that number and hash."""

    seq: int = 0
    hash: str = START
    entries: tuple[Entry, ...] = ()
    drugs: tuple[Entry, ...] = ()
    protocol: Protocol | None = None


_KEPT: dict[str, _Kept] = {}


def in_force(clinic: str) -> Protocol:
    """The protocol every decision in this clinic is made under. "" is no clinic: the one that ships.

    Where the program brought another version since the adoption, the clinic's changes lie over the new one
    and it carries no adoption; changes that no longer fit it are left out.
    """
    return _kept(clinic).protocol or shipped()


def adoptions(clinic: str) -> list[Entry]:
    """Every `ProtocolAdopted` of the clinic, in the order they were signed."""
    return [entry for entry in _kept(clinic).entries if isinstance(entry.fact, ProtocolAdopted)]


def draft(clinic: str) -> Entry | None:
    """The newest `ProtocolDrafted`, unless it was adopted or discarded since."""
    newest = _kept(clinic).entries[-1:]
    return newest[0] if newest and isinstance(newest[0].fact, ProtocolDrafted) else None


def overlay(clinic: str) -> str:
    """The clinic's own changes as TOML, as they were last adopted; "" when it made none."""
    signed = adoptions(clinic)
    return str(signed[-1].fact.overlay) if signed else ""


def _kept(clinic: str) -> _Kept:
    subject = f"clinic:{clinic}"
    head = HeadRow.objects.filter(subject=subject, seq__gt=0).values_list("seq", "hash").first()
    if head is None:
        return _Kept()
    kept = _KEPT.get(clinic, _Kept())
    if (kept.seq, kept.hash) == head:
        return kept
    if not EntryRow.objects.filter(subject=subject, seq=kept.seq, hash=kept.hash).exists():
        kept = _Kept()  # what was kept came from a transaction that was rolled back
    newer = _newer(subject, kept.seq)
    entries = (*kept.entries, *(entry for entry in newer if isinstance(entry.fact, _PROTOCOL)))
    drugs = (*kept.drugs, *(entry for entry in newer if isinstance(entry.fact, _DRUGS)))
    _KEPT[clinic] = _Kept(*head, entries, drugs, _made(entries, drugs) if newer else kept.protocol)
    return _KEPT[clinic]


def _newer(subject: str, after: int) -> list[Entry]:
    kinds = [cls.KIND for cls in (*_PROTOCOL, *_DRUGS)]  # type: ignore[union-attr]
    rows = EntryRow.objects.filter(subject=subject, seq__gt=after, kind__in=kinds).order_by("seq")
    return [decoded.entry(row) for row in rows]


def _made(entries: Sequence[Entry], drugs: Sequence[Entry]) -> Protocol | None:
    adopted = _adopted(entries)
    return replace(adopted or shipped(), formulary=formulary(drugs)) if drugs else adopted


def _adopted(entries: Sequence[Entry]) -> Protocol | None:
    signed = [entry for entry in entries if isinstance(entry.fact, ProtocolAdopted)]
    if not signed:
        return None
    fact = signed[-1].fact
    try:
        made = laid(fact.overlay)
    except ProtocolFault:
        return None
    if made.hash != fact.hash:
        return made
    return replace(made, adoption=Adoption(fact.signed_name, signed[-1].effective_at))


@lru_cache(KEPT_OVERLAYS)
def laid(overlay: str) -> Protocol:
    """The protocol that ships with these changes over it. ProtocolFault names what does not fit."""
    return load(overlay=overlay)

"""Everything between a dose and its end, as sentences."""

from collections.abc import Callable
from typing import Any

from openkap.clinical.entries import drug as e
from openkap.clinical.infusion import typed_rate


def _reason(text: str) -> str:
    return f". {text}" if text else ""


def _rate(fact: e.RateChanged) -> str:
    return f"Pump set to {fact.arithmetic or typed_rate(fact)}{_reason(fact.reason)}"


def _site(fact: e.SiteChecked) -> str:
    found = [word for word, there in (("pain", fact.pain), ("swelling", fact.swelling)) if there]
    return f"Vein looked at: {' and '.join(found) or 'no pain, no swelling'}{_reason(fact.note)}"


def _device(fact: e.DeviceUsed) -> str:
    lot = f", lot {fact.lot}" if fact.lot else ""
    return f"Nasal device {fact.number} used: {fact.amount}{lot}{_reason(fact.against)}"


SENTENCES: dict[type, Callable[[Any], str]] = {
    e.DosePrepared: lambda f: f"Dose worked out: {f.arithmetic}" + (f", lot {f.lot}" if f.lot else ""),
    e.DoseConfirmed: lambda f: f"Sum confirmed by a second person, who typed {f.amount}",
    e.SumNotAgreed: lambda f: f"A second person came to {f.amount}, which was not the sum",
    e.RateChanged: _rate,
    e.InfusionPaused: lambda f: f"Infusion paused: {f.reason}",
    e.InfusionResumed: lambda f: "Infusion goes on",
    e.SiteChecked: _site,
    e.HoldEnded: lambda f: f"Lozenge {f.then}{_reason(f.note)}",
    e.DeviceUsed: _device,
}

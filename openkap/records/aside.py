"""Quarantine: what a device sent that is in no chart, kept once, within bounds."""

from datetime import datetime, timedelta
from hashlib import sha256

from openkap.protocol.doors import doors
from openkap.records.models import BindingRow, DeviceRow, QuarantineRow

FULL = "More was put aside today than is kept of one device in a day"
LONGEST_WHY = 2_000
"""Characters. A message may be wrong in hundreds of places; the raw text has them all."""


def keep(device: DeviceRow, binding: BindingRow, *, key: str, why: str, raw: bytes, at: datetime) -> None:
    """Keep it unless it is kept already. Beyond a day's number, one line says that there was more."""
    hashed = _hashed(device, key)
    if QuarantineRow.objects.filter(key=hashed).exists():
        return
    day = at - timedelta(days=1)
    if QuarantineRow.objects.filter(device=device.device, received_at__gt=day).count() >= doors().aside_a_day:
        hashed, why, raw = _hashed(device, f"full {at.date()}"), FULL, b""
    row = QuarantineRow(
        clinic=device.clinic,
        device=device.device,
        key=hashed,
        received_at=at,
        why=why[:LONGEST_WHY],
        raw=raw,
        chart=binding.chart_id,
        visit=binding.visit,
    )
    QuarantineRow.objects.bulk_create([row], ignore_conflicts=True)


def _hashed(device: DeviceRow, key: str) -> str:
    return sha256(f"{device.device} {key}".encode("utf-8", "surrogatepass")).hexdigest()

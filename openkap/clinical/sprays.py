"""Nasal devices, one at a time: when the next may be used, and why not yet."""

from datetime import datetime, timedelta

from openkap.clinical.doses import Dose
from openkap.clinical.moments import in_words
from openkap.clinical.protocol import Route


def next_from(dose: Dose, route: Route) -> datetime | None:
    """From when on the next device may be used; None when there is none, or no gap is asked for."""
    if not dose.devices or len(dose.devices) >= dose.devices_ordered or route.device_gap is None:
        return None
    return dose.devices[-1] + route.device_gap


def too_soon(dose: Dose, route: Route, at: datetime) -> str:
    """Why the next device has to wait, with how long; "" once it may be used."""
    opens = next_from(dose, route)
    if opens is None or at >= opens or route.device_gap is None:
        return ""
    seconds = -((at - opens) // timedelta(seconds=1))
    left = f"{seconds // 60} min {seconds % 60:02d} s"
    return f"{in_words(route.device_gap)} between two devices: {left} left"

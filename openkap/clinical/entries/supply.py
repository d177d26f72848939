"""Medicine kept at a patient's home, in counts: sent, asked for, counted, returned, lost. Doses take it."""

from openkap.clinical.entries.kind import kind
from openkap.clinical.quantity import Milligrams


@kind("supply-sent")
class SupplySent:
    """So many units were sent to the home."""

    units: int
    each: Milligrams
    lot: str
    by: str  # who carries it, with the number of the parcel


@kind("supply-asked")
class SupplyAsked:
    """The patient asked for more."""

    said: str
    left: str  # units that should have been there then


@kind("supply-counted")
class SupplyCounted:
    """Somebody counted what is there, in view of whoever writes this."""

    units: int
    should_be: str  # by the balance, then


@kind("supply-returned")
class SupplyReturned:
    units: int
    to: str  # whom it went back to


@kind("supply-lost")
class SupplyLost:
    """The patient says that so many units are gone: lost, stolen, spoilt."""

    units: int
    said: str

"""The switch of the one module that holds a device feed against limits."""

from openkap.clinical.entries.kind import kind


@kind("device-limits-switched")
class DeviceLimitsSwitched:
    """In the clinic's ledger: the medical director answers for it by name. Without one it is off."""

    on: bool
    signed_name: str
    reason: str
    limits: str  # hash of the limits as they were then

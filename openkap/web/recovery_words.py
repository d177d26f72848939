"""Coming back and going home, as sentences."""

from collections.abc import Callable
from typing import Any

from openkap.clinical.entries import recovery as r
from openkap.web import words

SENTENCES: dict[type, Callable[[Any], str]] = {
    r.ReadyToLeave: lambda f: (
        f"Could have gone home from {words.moment(f.ready_at)}, {f.minutes} min after the first dose"
    ),
    r.RemsReviewed: lambda f: (
        f"REMS fields reviewed by {f.signed_name}, {len(f.answers)} of them answered by hand"
    ),
    r.RemsSent: lambda f: "REMS form sent" + (f", reference {f.reference}" if f.reference else ""),
}

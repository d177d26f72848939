"""Which clinic a command works in."""

import sys
from typing import TYPE_CHECKING

from openkap.config.unusable import Unusable

if TYPE_CHECKING:
    from openkap.records.models import Clinic

FIRST = "Clinic"


def the_clinic(name: str) -> "Clinic":
    """The clinic of that name, or the only one there is. In an empty database the first one is made."""
    from openkap.records.accounts import create_clinic
    from openkap.records.models import Clinic

    found = list(Clinic.objects.order_by("name"))
    if not found:
        made = create_clinic(name or FIRST)
        print(f"openkap: there was no clinic yet; made {made.name!r}", file=sys.stderr)
        return made
    if not name and len(found) == 1:
        return found[0]
    for clinic in found:
        if clinic.name == name:
            return clinic
    names = ", ".join(clinic.name for clinic in found)
    if name:
        raise Unusable(f"There is no clinic called {name!r}. There are: {names}.")
    raise Unusable(f"There is more than one clinic. Name one with --clinic: {names}.")

"""What a patient practised, in their own words and nobody else's."""

from openkap.actions.door import Act, action
from openkap.actions.fields import one_of
from openkap.clinical.entries.practice import Practised
from openkap.clinical.refusal import BadInput


@action("practice.tell")
def tell_practice(act: Act, *, practice: str, minutes: int, words: str = "") -> None:
    """One practice is over. Any number of whole minutes up to a day's: stopping early is no fault."""
    one_of(practice, act.protocol.practices, "practice")
    if not 1 <= minutes < 24 * 60:
        raise BadInput("minutes", f"{minutes} minutes cannot be", "Write whole minutes, 1 at least")
    act.write(Practised(practice=practice, minutes=minutes, words=words))

"""Messages between a patient and their team."""

from openkap.actions.door import Act, action
from openkap.actions.fields import needed
from openkap.clinical import messages
from openkap.clinical.entries.message import MessageSent, MessageSettled
from openkap.clinical.refusal import BadInput


@action("message.send")
def send(act: Act, *, words: str) -> None:
    """One message; whose side it is from goes by who sends it."""
    side = "patient" if act.who.role == "patient" else "team"
    act.write(MessageSent(words=needed(words, "words", "Write your message"), side=side))


@action("message.settle")
def settle(act: Act, *, how: str) -> None:
    """What waits needs no answer in writing: it was answered by a call, or needs none."""
    if not messages.waiting(act.case):
        raise BadInput("how", "no message waits for an answer", "Somebody has answered meanwhile")
    act.write(MessageSettled(how=needed(how, "how", "Write what was done, or why nothing is needed")))

"""How a dose was, and later how it turned out, as the patient tells it."""

from openkap.actions.door import Act, action
from openkap.actions.fields import needed, one_of
from openkap.actions.integration import dosed
from openkap.clinical.entries.experience import ExperienceTold, LookedBack


@action("experience.tell")
def tell(
    act: Act, *, visit: str, words: str, felt: str, descriptors: tuple[str, ...] = (), music: str = ""
) -> None:
    """After a dose. Telling it again adds a telling."""
    dosed(act, visit)
    said = act.protocol.experience
    act.write(
        ExperienceTold(
            visit=visit,
            words=needed(words, "words", "Write it in your own words"),
            felt=one_of(felt, said.felt, "felt"),
            descriptors=tuple(one_of(one, said.descriptors, "descriptors") for one in descriptors),
            music=music,
        )
    )


@action("experience.tell")
def look_back(act: Act, *, visit: str, turned_out: str, words: str = "") -> None:
    """Some time after."""
    dosed(act, visit)
    known = act.protocol.experience.turned_out
    act.write(LookedBack(visit=visit, turned_out=one_of(turned_out, known, "turned_out"), words=words))

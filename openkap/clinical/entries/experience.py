"""How a dose was for the one who took it."""

from openkap.clinical.entries.kind import kind


@kind("experience-told")
class ExperienceTold:
    """After a dose, in the patient's words. Told again, the later telling stands beside the earlier."""

    visit: str
    words: str
    felt: str  # id of integration/experience
    descriptors: tuple[str, ...] = ()  # ids of integration/experience
    music: str = ""


@kind("looked-back")
class LookedBack:
    """Some time later: how it turned out, which is another question than how it felt."""

    visit: str
    turned_out: str  # id of integration/experience
    words: str = ""

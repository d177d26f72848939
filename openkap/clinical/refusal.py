"""The one shape of a refusal at the edge: what, where, what to do."""

import unicodedata


class BadInput(ValueError):
    """Input that cannot be taken. `str()` is one clear sentence for the person who sent it.

    `where` names the field, file or place, so a form can put the sentence beside the right box.
    """

    def __init__(self, where: str, what: str, todo: str = "") -> None:
        self.where, self.what, self.todo = where, what, todo
        super().__init__(f"{where}: {what}." + (f" {todo}." if todo else ""))


class BadFields(ValueError):
    """Every fault of one form at once, so nobody mends them one page load at a time."""

    def __init__(self, faults: list[BadInput]) -> None:
        self.faults = faults
        super().__init__(" ".join(str(fault) for fault in faults))


TEXT_LIMIT_CHARACTERS = 20_000
_ALLOWED_CONTROLS = "\n\t"


def clean_text(text: str, where: str, *, limit: int = TEXT_LIMIT_CHARACTERS) -> str:
    """The text as typed, or BadInput: one database stores NUL and half characters, the other refuses them."""
    if len(text) <= limit and text.isprintable():
        return text
    if any(unicodedata.category(c) == "Cs" for c in text):
        raise BadInput(where, "the text holds half a character (a lone surrogate)", "Type it again")
    if any(unicodedata.category(c) == "Cc" and c not in _ALLOWED_CONTROLS and c != "\r" for c in text):
        raise BadInput(where, "the text holds a control character such as NUL", "Remove it")
    if len(text) > limit:
        raise BadInput(where, f"the text is longer than {limit} characters", "Shorten it")
    return text.replace("\r\n", "\n").replace("\r", "\n")

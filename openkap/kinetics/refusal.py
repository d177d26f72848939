"""The one shape of a refusal here: what, where, what to do. The twin of openkap.clinical.refusal."""


class Refused(ValueError):
    """A forecast cannot be made of this. `str()` is one clear sentence for the person who asked."""

    def __init__(self, where: str, what: str, todo: str = "") -> None:
        self.where, self.what, self.todo = where, what, todo
        super().__init__(f"{where}: {what}." + (f" {todo}." if todo else ""))

"""Why a command cannot do its work, when that is nobody's input: no database, no clinic, a wrong setting."""


class Unusable(Exception):
    """`str()` is one clear sentence: what, and what to do."""

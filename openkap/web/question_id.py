"""A question's id in an address. Those of imported forms hold slashes and dots ("/44250-9"); ours do not."""

from urllib.parse import quote, unquote


class QuestionId:
    """One part of a path. Quoted once here and once more as every part of an address is."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        return unquote(value)

    def to_url(self, value: str) -> str:
        return quote(value, safe="").replace(".", "%2E")

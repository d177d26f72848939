"""A question's id in an address. Those of imported forms hold slashes and dots ("/44250-9"); ours do not."""

from urllib.parse import quote, unquote


class QuestionId:
    """One part of a path, with "~" for "%" so that no proxy unquotes it: "~2F44250-9"."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        return unquote(value.replace("%", "%25").replace("~", "%"))

    def to_url(self, value: str) -> str:
        return quote(value, safe="").replace("~", "%7E").replace(".", "%2E").replace("%", "~")

"""How names are compared in a search: without case, accents or typographic apostrophes."""

import unicodedata


def folded(text: str) -> str:
    """ "Zoë O’Brien" → "zoe o'brien"."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return bare.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")

"""Which value sets a code or a text belongs to, told one value set and one phrase at a time."""

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path


class Words:
    """The value sets and the negations of one protocol folder."""

    def __init__(self, protocol: Path) -> None:
        self.sets = {
            path.stem: tomllib.loads(path.read_text(encoding="utf-8"))
            for path in sorted((protocol / "codes").glob("*.toml"))
        }
        denials = tomllib.loads((protocol / "negations.toml").read_text(encoding="utf-8"))
        self.before = [plain(words) for words in denials["before"]]
        self.after = [plain(words) for words in denials["after"]]
        self.breaks = denials["breaks"]
        self.in_text = cache(self._in_text)

    def by_code(self, codes: set[tuple[str, str]], value_set: str) -> bool:
        """Whether one of the codes is listed, or begins as a listed one with a star and is not excepted."""
        wanted = self.sets[value_set]
        excepted = {(row["system"], row["code"]) for row in wanted.get("not_code", [])}
        for system, code in codes:
            for row in wanted.get("code", []):
                if row["system"] == system and row["code"] == code:
                    return True
                starts = row["code"].endswith("*") and code.startswith(row["code"].rstrip("*"))
                if row["system"] == system and starts and (system, code) not in excepted:
                    return True
        return False

    def _in_text(self, text: str, value_set: str) -> bool:
        """Whether a word of the value set stands in a clause of the text that does not deny it."""
        wanted = self.sets[value_set]
        for clause in self.clauses(text):
            if any(plain(words) in clause for words in wanted.get("not_words", [])):
                continue
            for words in map(plain, wanted.get("words", [])):
                for found in re.finditer(re.escape(words), clause):
                    before, after = clause[: found.start() + 1], clause[found.end() - 1 :]
                    denied = any(w in before for w in self.before) or any(w in after for w in self.after)
                    if not denied:
                        return True
        return False

    def clauses(self, text: str) -> list[str]:
        """The text at its stops, and at words such as "but"."""
        found = []
        for part in re.split(r"[.;:\n]", text):
            clause = plain(part)
            for word in self.breaks:
                clause = clause.replace(plain(word), " | ")
            found += [f" {piece.strip()} " for piece in clause.split("|")]
        return found


def plain(text: str) -> str:
    """Lower case, no accents, one space around every word: " non psychotic "."""
    letters = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return f" {' '.join(re.findall(r'[a-z0-9_]+', letters.lower()))} "

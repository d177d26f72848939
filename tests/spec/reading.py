"""How hard a text is to read: the grade of Flesch and Kincaid (Kincaid et al. 1975, Branch Report 8-75).

Syllables are counted as runs of vowels, without a silent e at the end: good to about one in ten words.
"""

import html
import re

_SENTENCE = re.compile(r"[.!?:;]+(?:[\s”)]+|$)|\n")
_WORD = re.compile(r"[A-Za-z’']+")
_ENDS = re.compile(r"</(?:p|h1|h2|h3|li|dt|dd|summary|button|a|strong)>")


def sentences(text: str) -> list[list[str]]:
    """The words of each sentence; what has no word is none."""
    return [words for part in _SENTENCE.split(text) if (words := _WORD.findall(part))]


def grade(text: str) -> float:
    """The school year in the United States whose pupils read it."""
    read = sentences(text)
    words = [word for sentence in read for word in sentence]
    return 0.39 * len(words) / len(read) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def syllables(word: str) -> int:
    letters = re.sub(r"[^a-z]", "", word.lower())
    count = len(re.findall(r"[aeiouy]+", letters))
    silent = letters.endswith("e") and not letters.endswith("le") and count > 1
    return max(1, count - silent)


def shown(template: str) -> str:
    """What a template shows, without its code."""
    text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " ", template, flags=re.S)
    return html.unescape(re.sub(r"<[^>]+>", " ", _ENDS.sub(".\n", text)))

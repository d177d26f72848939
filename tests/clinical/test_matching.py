"""Codes and words on file, and the value sets they belong to: a small vocabulary, every branch of it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openkap.clinical import matching
from openkap.clinical.chart import Chart
from openkap.clinical.entries.screening import Allergy, Medicine, Problem
from openkap.clinical.entries.words import Code
from openkap.clinical.matching import Hit, Vocabulary, belongings, holds, tokens, vocabulary
from openkap.clinical.protocol import Negations, Protocol, ValueSet
from tests.clinical.charts import adopted, chart_of, person

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)

MOOD = ValueSet(
    "mood",
    "a disorder of mood",
    codes=(
        Code("icd10cm", "F31*", "Bipolar disorder"),
        Code("icd10cm", "F34.0", "Cyclothymia"),
        Code("snomed", "13746004", "Bipolar disorder"),
    ),
    words=("bipolar", "bipolar disorder", "mania"),
    not_words=("borderline", "pressure of speech"),
    unverified=frozenset({("icd10cm", "F34.0"), ("snomed", "13746004")}),
    not_codes=(Code("icd10cm", "F31.9"),),
)
HEART = ValueSet(
    "heart",
    "a disease of the heart",
    codes=(Code("icd10cm", "I50*", "Heart failure"), Code("snomed", "13746004", "Both")),
    words=("heart failure", "mania of the heart", "CHF"),
)
NEGATIONS = Negations(
    before=("no", "no history of", "mother with"), after=("ruled out", "in mother"), breaks=("but",)
)


def protocol(*value_sets: ValueSet) -> Protocol:
    """The adopted protocol with only these value sets."""
    return replace(adopted(), value_sets={one.id: one for one in value_sets}, negations=NEGATIONS)


def known() -> Vocabulary:
    """The vocabulary of the two, made anew."""
    return vocabulary(protocol(MOOD, HEART))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ""),
        ("Bipolar", "mood"),
        ("BIPOLAR DISORDER since 2010", "mood"),
        ("Bipolár", "mood"),
        ("bipo\u0301lar? BIPOLAR!", "mood"),
        ("unipolar", ""),
        ("bipolarity", ""),
        ("heart", ""),
        ("heart failure", "heart"),
        ("failure of the heart", ""),
        ("failure heart", ""),
        ("the heart. failure", ""),
        ("chf", "heart"),
        ("mania of the heart", "heart mood"),
        ("mania and heart failure", "heart mood"),
        # denied before
        ("no bipolar", ""),
        ("no known bipolar", ""),
        ("history of bipolar", "mood"),
        ("no history of bipolar", ""),
        ("mother with bipolar", ""),
        ("mother says: bipolar with", "mood"),
        ("has no job, has bipolar", ""),
        # denied after
        ("bipolar ruled out", ""),
        ("bipolar, now ruled out", ""),
        ("bipolar out ruled", "mood"),
        ("ruled out bipolar", "mood"),
        ("bipolar no", "mood"),
        ("bipolar ruled", "mood"),
        ("bipolar in mother", ""),
        # a denial ends where its clause ends
        ("no. bipolar", "mood"),
        ("no; bipolar", "mood"),
        ("no: bipolar", "mood"),
        ("no\nbipolar", "mood"),
        ("no, bipolar", ""),
        ("no pain but bipolar", "mood"),
        ("bipolar. ruled out", "mood"),
        ("bipolar but pain ruled out", "mood"),
        ("no x x but x x bipolar", "mood"),
        ("no x. x. x bipolar", "mood"),
        ("pain. no bipolar", ""),
        ("pain. bipolar ruled out. pain", ""),
        ("no bipolar. bipolar", "mood"),
        ("bipolar, no chf", "mood"),
        ("no chf, bipolar disorder", ""),
        # words that mean something else, on either side, within the clause
        ("borderline, not bipolar", ""),
        ("borderline bipolar", ""),
        ("bipolar and borderline", ""),
        ("bipolar. borderline", "mood"),
        ("borderline. bipolar", "mood"),
        ("bipolar with pressure of speech", ""),
        ("bipolar with pressure of work", "mood"),
        ("borderline chf", "heart"),
        ("borderline mania of the heart", "heart"),
    ],
)
def test_words_belong_where_they_are_said_and_not_denied(text: str, found: str) -> None:
    """Whole words, in their order, whatever their case and accents; a denial holds within its clause."""
    assert known().of_text(text) == set(found.split())


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("", ()),
        ("Heart failure, NYHA II", ("heart", "failure", "nyha", "ii")),
        ("Ménière’s; café\nnon-toxic", ("meniere", "s", ";", "cafe", "\n", "non", "toxic")),
        ("4.1 cm: large", ("4", ".", "1", "cm", ":", "large")),
        ("ÉPILEPSIE", ("epilepsie",)),
        ("Straße", ("strasse",)),
    ],
)
def test_a_text_is_its_words_and_its_stops(text: str, read: tuple[str, ...]) -> None:
    """Case and accents are folded; commas and hyphens only part words."""
    assert tokens(text) == read


WORDS = st.lists(st.sampled_from("abc"), max_size=6).map(tuple)


@given(WORDS, WORDS)
def test_a_phrase_is_held_where_its_words_follow_one_another(
    said: tuple[str, ...], phrase: tuple[str, ...]
) -> None:
    """As with letters in a text."""
    assert holds(said, phrase) is ("".join(phrase) in "".join(said))


@given(WORDS, WORDS)
def test_a_denial_before_reaches_any_word_of_its_clause(
    before: tuple[str, ...], after: tuple[str, ...]
) -> None:
    """However many words stand between, however many follow."""
    reads, here, there = known(), " ".join(before), " ".join(after)
    assert reads.of_text(f"no {here} bipolar {there}") == set()
    assert reads.of_text(f"{here} bipolar {there} ruled out {here}") == set()
    assert reads.of_text(f"no {here} . {there} bipolar {here} but {there} ruled out") == {"mood"}


def test_a_text_read_once_is_remembered_and_the_memory_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """Charts repeat themselves; a server that runs for months must not keep every text it ever read."""
    monkeypatch.setattr(matching, "_TEXTS_KEPT", 3)
    reads = known()
    for text in ("bipolar", "chf", "pain"):
        reads.of_text(text)
    assert set(reads.seen) == {"bipolar", "chf", "pain"}
    reads.seen["chf"] = frozenset({"as remembered"})
    assert reads.of_text("chf") == {"as remembered"}
    assert reads.of_text("mania") == {"mood"}
    assert set(reads.seen) == {"mania"}


@pytest.mark.parametrize(
    ("system", "code", "meant"),
    [
        ("icd10cm", "F31.2", [("mood", "Bipolar disorder", False)]),
        ("icd10cm", "F31", [("mood", "Bipolar disorder", False)]),
        ("icd10cm", "F3", []),
        ("icd10cm", "F31.9", []),
        ("icd10cm", "F32.1", []),
        ("icd10cm", "F34.0", [("mood", "Cyclothymia", True)]),
        ("icd10cm", "F34.01", []),
        ("icd10cm", "I50.9", [("heart", "Heart failure", False)]),
        ("snomed", "F31.2", []),
        ("snomed", "13746004", [("mood", "Bipolar disorder", True), ("heart", "Both", False)]),
        ("snomed", "137460041", []),
        ("other", "13746004", []),
    ],
)
def test_a_code_means_what_a_value_set_says_of_it(
    system: str, code: str, meant: list[tuple[str, str, bool]]
) -> None:
    """Itself, or by its beginning where the set says so; an excepted one means nothing there."""
    told = [(one.value_set, one.called, one.unverified) for one in known().of_code(Code(system, code))]
    assert told == meant


def test_an_exception_is_of_its_own_value_set() -> None:
    """What one set leaves out another may still mean."""
    wide = ValueSet("wide", "anything of mood", codes=(Code("icd10cm", "F3*", "Mood"),))
    told = vocabulary(protocol(MOOD, wide)).of_code(Code("icd10cm", "F31.9"))
    assert [one.value_set for one in told] == ["wide"]


def hits(fact: object, kind: type = Problem, value_set: str = "mood") -> list[tuple[bool, str, str, bool]]:
    """Of each entry found: by words? the code, what it is called, from memory?"""
    chart = chart_of([(AT, person()), (AT, fact)])
    found = belongings(chart, protocol(MOOD, HEART)).of(kind, value_set)
    return [(hit.by_words, hit.code.code if hit.code else "", hit.means, hit.unverified) for hit in found]


BY_WORDS = (True, "", "", False)


@pytest.mark.parametrize(
    ("text", "codes", "found"),
    [
        ("Bipolar", (), [BY_WORDS]),
        ("", (Code("other", "1", "Bipolar disorder"),), [BY_WORDS]),
        ("Pain", (Code("other", "1", "Bipolar disorder"),), [BY_WORDS]),
        ("Pain", (Code("other", "1"),), []),
        ("no bipolar", (Code("icd10cm", "F31.2"),), [(False, "F31.2", "Bipolar disorder", False)]),
        (
            "Bipolar",
            (Code("icd10cm", "F34.0"), Code("icd10cm", "F31.2")),
            [(False, "F31.2", "Bipolar disorder", False)],
        ),
        (
            "",
            (Code("icd10cm", "F31.2"), Code("icd10cm", "F34.0")),
            [(False, "F31.2", "Bipolar disorder", False)],
        ),
        (
            "",
            (Code("icd10cm", "F31.2"), Code("icd10cm", "F31.3")),
            [(False, "F31.2", "Bipolar disorder", False)],
        ),
        (
            "",
            (Code("icd10cm", "F34.0"), Code("snomed", "13746004")),
            [(False, "F34.0", "Cyclothymia", True)],
        ),
    ],
)
def test_a_code_speaks_before_words_and_a_checked_code_before_one_from_memory(
    text: str, codes: tuple[Code, ...], found: list[tuple[bool, str, str, bool]]
) -> None:
    """One entry is found once in each value set, by the best that it has; of two alike, the first."""
    assert hits(Problem(text=text, codes=codes)) == found


def test_an_entry_belongs_to_its_own_kind_and_to_every_set_it_names() -> None:
    """A medicine of that name is no problem; one entry may stand in two sets."""
    facts = (Problem(text="Bipolar"), Medicine(text="CHF tea"), Allergy(text="mania"), Problem(text="CHF"))
    chart = chart_of([(AT, person()), *((AT, fact) for fact in facts)])
    _, *entries = chart.entries
    told = belongings(chart, protocol(MOOD, HEART))
    assert told.hits == {
        (Problem, "mood"): (Hit(entries[0], True),),
        (Medicine, "heart"): (Hit(entries[1], True),),
        (Allergy, "mood"): (Hit(entries[2], True),),
        (Problem, "heart"): (Hit(entries[3], True),),
    }
    assert told.of(Allergy, "heart") == ()
    both = Problem(text="CHF", codes=(Code("icd10cm", "F31.2"),))
    assert hits(both) and hits(both, value_set="heart") == [BY_WORDS]


def test_a_chart_is_sorted_anew_under_another_protocol() -> None:
    """A clinic that adds a word sees it on the charts it has open."""
    chart: Chart = chart_of([(AT, person()), (AT, Problem(text="cyclothymia"))])
    first = protocol(MOOD, HEART)
    assert belongings(chart, first).hits == {}
    assert belongings(chart, first) is belongings(chart, first)
    own = protocol(replace(MOOD, words=("cyclothymia",)))
    assert list(belongings(chart, own).hits) == [(Problem, "mood")]
    assert belongings(chart, first).hits == {}


def test_the_vocabulary_is_made_once_for_each_protocol() -> None:
    """Thousands of texts are read with it."""
    mine = protocol(MOOD)
    made: Vocabulary = vocabulary(mine)
    assert vocabulary(mine) is made
    assert vocabulary(protocol(MOOD)) is not made

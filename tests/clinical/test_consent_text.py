"""What changed between two versions of a text, and which version a hash belongs to."""

import dataclasses

from hypothesis import given
from hypothesis import strategies as st

from openkap.clinical.consent_text import Changed, ConsentSection, ConsentText, changes
from tests.clinical.charts import adopted

HEADINGS = ("", "What it is", "Touch", "Your right to stop")
SENTENCES = st.lists(st.sampled_from([f"Sentence {n}." for n in range(8)]), min_size=1, max_size=5)
TEXTS = st.dictionaries(st.sampled_from(HEADINGS), SENTENCES, min_size=1)


def text(parts: dict[str, list[str]], version: str = "1") -> ConsentText:
    sections = tuple(
        ConsentSection(head, " ".join(said), "assumed", ("practice",)) for head, said in parts.items()
    )
    return ConsentText("sample", version, "Sample", True, sections)


def test_a_sentence_that_came_and_one_that_went_stand_under_their_heading() -> None:
    """A rewritten sentence is one that went and one that came; an unchanged section is not listed."""
    before = text({"Touch": ["Never without asking.", "You can stop it."], "Cost": ["Nothing."]})
    now = text(
        {"Touch": ["Never without a form.", "You can stop it."], "Cost": ["Nothing."], "Home": ["Not here."]}
    )
    assert changes(before, now) == (
        Changed("Touch", ("Never without a form.",), ("Never without asking.",)),
        Changed("Home", ("Not here.",), ()),
    )


def test_a_section_that_went_is_listed_last() -> None:
    """What is no longer promised is told too."""
    before, now = (
        text({"Cost": ["Nothing."], "Touch": ["Never."]}),
        text({"Touch": ["Never."], "Home": ["No."]}),
    )
    assert changes(before, now) == (Changed("Home", ("No.",), ()), Changed("Cost", (), ("Nothing.",)))


@given(TEXTS, TEXTS)
def test_old_less_gone_plus_new_is_the_text_in_force(
    old: dict[str, list[str]], new: dict[str, list[str]]
) -> None:
    """Under each heading the counts come out even, and a text compared with itself has changed nowhere."""
    told = {one.heading: one for one in changes(text(old), text(new))}
    for heading in {*old, *new}:
        one = told.get(heading, Changed(heading, (), ()))
        left = sorted([*old.get(heading, ()), *one.added])
        assert left == sorted([*new.get(heading, ()), *one.removed])
    assert changes(text(old), text(old)) == ()


def test_the_words_that_were_signed_are_found_by_their_hash() -> None:
    """The version in force, an earlier one, or none."""
    now = adopted().consents["ketamine-treatment"]
    (old,) = now.earlier
    assert now.as_signed(now.sha256) is now
    assert now.as_signed(old.sha256) is old
    assert now.as_signed("0" * 64) is None


def test_the_first_version_is_kept_letter_by_letter() -> None:
    """Whoever signed it in the first release signed this very hash."""
    (old,) = adopted().consents["ketamine-treatment"].earlier
    assert old.sha256 == "5d418a7465d51560d15ed62c545af3f22d188ea6c1b2f0182091e01d598bd9c5"


def test_one_changed_letter_is_another_hash() -> None:
    """Also in a heading."""
    now = adopted().consents["ketamine-treatment"]
    first, second, *rest = now.sections
    other = dataclasses.replace(
        now, sections=(first, dataclasses.replace(second, heading="What it was"), *rest)
    )
    assert other.sha256 != now.sha256

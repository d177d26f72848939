"""Any linkId stands in an address and comes back; ours stand as they are."""

from hypothesis import given
from hypothesis import strategies as st

from openkap.web.question_id import QuestionId


@given(st.text(min_size=1, max_size=40).filter(lambda text: text.isprintable()))
def test_any_id_comes_back_from_its_address(name: str) -> None:
    """In letters that no server or proxy reads as anything else."""
    address = QuestionId().to_url(name)
    assert QuestionId().to_python(address) == name
    assert not set(address) & set("/.?#%;")


def test_ids_of_ours_stand_as_they_are() -> None:
    assert [QuestionId().to_url(name) for name in ("item-9", "emergency_name")] == [
        "item-9",
        "emergency_name",
    ]
    assert QuestionId().to_url("/44250-9") == "~2F44250-9"
    assert QuestionId().to_url("..") == "~2E~2E"

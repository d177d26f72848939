"""The protocol of a clinic: drafted and signed by its director, read by others, replayed later."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.test import Client

from openkap.actions import protocol as actions
from openkap.clinical.entries.office import ProtocolDraftDiscarded, ProtocolDrafted
from openkap.clinical.entries.screening import Measurement, ScreeningDecided
from openkap.clinical.refusal import BadFields, BadInput
from openkap.protocol.load import shipped
from openkap.records import in_force
from openkap.records.ledger import Draft, append
from openkap.records.policy import NotFound
from openkap.web.protocol_draft import gaps
from tests.web.course import Course
from tests.web.test_board import words_of

pytestmark = pytest.mark.django_db
Roles = Callable[[str], Client]

NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)


def field_of(name: str, place: int = 0) -> str:
    return next(gap for gap in gaps() if gap.open.id == name).fields[place][0]


def keep(client: Client, **values: str) -> str:
    sent = {"form": "draft", "reason": "Agreed", **values}
    return words_of(client.post("/protocol/draft/keep/", sent, follow=True))


def test_a_draft_changes_nothing_until_it_is_signed(as_role: Roles, course: Course) -> None:
    """Kept, shown with what it would change, and not in force; then signed, and in force with its hash."""
    client, clinic = as_role("director"), course.people["director"].clinic
    before = in_force.in_force(clinic)
    told = keep(client, **{field_of("pregnancy-test-old"): "7 d"})
    assert "no pregnancy test from the last 7 days is on file" in told
    assert in_force.in_force(clinic).hash == before.hash
    sign(client, clinic)
    after = in_force.in_force(clinic)
    assert after.hash != before.hash
    assert after.adoption.by == "Director"
    assert len(after.unset) == len(before.unset) - 1


def sign(client: Client, clinic: str) -> None:
    draft = in_force.draft(clinic)
    sent = {"form": "adopt", "draft": str(draft.id), "signed": "Director"}
    assert client.post("/protocol/adoption/sign/", sent).status_code == 302


def test_a_decision_after_the_adoption_carries_its_hash(as_role: Roles, course: Course) -> None:
    """Before and after are two hashes."""
    client, who = as_role("director"), course.people["director"]
    keep(client, **{field_of("bp-hard-stop"): "180", field_of("bp-hard-stop", 1): "110"})
    sign(client, who.clinic)
    assert "bp-hard-stop" in {rule.id for rule in in_force.in_force(who.clinic).rules}
    made = in_force.in_force(who.clinic)
    (decided,) = course.cleared().facts(ScreeningDecided)
    assert decided.protocol == made.hash != shipped().hash
    assert made.rule("bp-hard-stop").basis == "local"


@pytest.mark.parametrize(
    ("value", "said"),
    [("soon", "is not a time"), ("-4", "is not a time"), ("7 d } , { asked = true", "is not a time")],
)
def test_a_value_that_is_none_is_refused_and_kept_as_typed(
    as_role: Roles, course: Course, value: str, said: str
) -> None:
    """Words, a negative number, and somebody who writes TOML into a field."""
    client = as_role("director")
    sent = {"form": "draft", "reason": "x", field_of("pregnancy-test-old"): value}
    answer = client.post("/protocol/draft/keep/", sent)
    assert answer.status_code == 400
    assert said in words_of(answer)
    assert in_force.draft(course.people["director"].clinic) is None


def test_a_change_by_hand_is_told_with_its_line(as_role: Roles, course: Course) -> None:
    """A limit that exists is changed in the notation of the files; a mistake names line and key."""
    client = as_role("director")
    change = (
        '[[change]]\nrule = "bp-above-limit"\n'
        'when = { measurement = "blood-pressure", above = { systolic = 130, diastolic = 85 }, '
        'within = "30 d" }\n'
        'by = "Director"\non = 2024-03-02\nreason = "Older patients here"\n'
    )
    assert "now when blood pressure is above 130/85 mm[Hg]" in keep(client, overlay=change)
    broken = change.replace("systolic = 130", "systolics = 130")
    told = words_of(client.post("/protocol/draft/keep/", {"form": "draft", "reason": "x", "overlay": broken}))
    assert "line 3" in told and "systolics" in told
    unsigned = change.replace('reason = "Older patients here"\n', "")
    told = words_of(
        client.post("/protocol/draft/keep/", {"form": "draft", "reason": "x", "overlay": unsigned})
    )
    assert "reason: this is missing" in told


def test_what_was_set_is_shown_again_and_keeps_who_set_it(as_role: Roles, course: Course) -> None:
    """A second draft begins with the first; an untouched value keeps its reason."""
    client, clinic = as_role("director"), course.people["director"].clinic
    keep(client, **{field_of("pregnancy-test-old"): "7 d"})
    sign(client, clinic)
    assert 'value="7 d"' in client.get("/protocol/draft/").content.decode()
    values = {field_of("pregnancy-test-old"): "7 d", field_of("ecg-every"): "365 d"}
    keep(client, reason="Another reason", **values)
    reasons = {change.touches: change.reason for change in _drafted(clinic).changes}
    assert reasons == {"pregnancy-test-old": "Agreed", "ecg-every": "Another reason"}


def test_the_clinic_s_own_values_say_what_was_set(as_role: Roles, course: Course) -> None:
    """The value itself, beside who set it; and what a director said in words."""
    client, clinic = as_role("director"), course.people["director"].clinic
    keep(
        client,
        **{field_of("pregnancy-test-old"): "7 d", field_of("route im"): "1.2", "overlay": EXCLUDES},
    )
    sign(client, clinic)
    page = words_of(client.get("/protocol/"))
    own = page.partition("This clinic’s own values")[2].partition("What stays off")[0]
    assert "no pregnancy test from the last 7 days is on file" in own
    assert "1.2 mg/kg" in own and "was “Decide”, now “Stops treatment”" in own
    assert "Agreed" in own


def test_the_draft_counts_what_is_set_and_says_who_signed_it(as_role: Roles, course: Course) -> None:
    """By stage, each closed until a field of it is at fault; a code is apart from the words."""
    client = as_role("director")
    keep(client, **{field_of("ecg-every"): "365 d"})
    page = client.get("/protocol/draft/")
    counts = {stage["name"]: (stage["set"], stage["of"], stage["open"]) for stage in page.context["stages"]}
    assert list(counts) == ["screening", "preparation", "dosing", "maintenance"]
    assert counts["maintenance"] == (1, 3, False) and counts["preparation"] == (0, 2, False)
    told = words_of(page)
    assert "1 of 3 set" in told and "Director, medical director, " in told and ": Agreed" in told
    assert "(optional)" not in told and "(LTS-11" not in told
    assert "How often to repeat liver tests (no published interval) LTS-11" in told
    sent = {"form": "draft", "reason": "x", field_of("ecg-every"): "soon"}
    page = client.post("/protocol/draft/keep/", sent)
    assert {stage["name"] for stage in page.context["stages"] if stage["open"]} == {"maintenance"}


def _drafted(clinic: str):  # type: ignore[no-untyped-def]
    from openkap.protocol.load import load

    return load(overlay=in_force.draft(clinic).fact.overlay)


def test_only_the_director_drafts_and_adopts(as_role: Roles, people: dict[str, object]) -> None:
    """A prescriber, the manager and the auditor read it; a therapist finds nothing there."""
    for role in ("prescriber", "manager", "auditor"):
        page = words_of(as_role(role).get("/protocol/"))
        assert "What stays off" in page and "Change the protocol" not in page
        assert as_role(role).get("/protocol/draft/").status_code == 404
    assert as_role("therapist").get("/protocol/").status_code == 404
    with pytest.raises(NotFound):
        actions.adopt(people["prescriber"], signed_name="Prescriber", at=NOW)


def test_another_name_and_an_older_draft_are_refused(people: dict[str, object]) -> None:
    """The signer's own name, on the draft that is there now."""
    director = people["director"]
    with pytest.raises(BadInput, match="Type your own name"):
        actions.adopt(director, signed_name="Prescriber", at=NOW)
    actions.save_draft(director, overlay="", at=NOW)
    with pytest.raises(BadInput, match="changed while you read it"):
        actions.adopt(director, signed_name="Director", at=NOW)


def test_trying_a_draft_names_whom_it_would_change(as_role: Roles, course: Course) -> None:
    """One chart asked, and what would be new for it; a chart that stays the same is only counted."""
    for what, value in (("systolic", "150"), ("diastolic", "80")):
        course.writes(Measurement(what=what, value=Decimal(value), unit="mm[Hg]"))
    client = as_role("director")
    keep(client, **{field_of("bp-hard-stop"): "145", field_of("bp-hard-stop", 1): "110"})
    told = words_of(client.get("/protocol/adoption/?what-if"))
    assert "1 chart asked: 1 would change, 0 would not" in told
    assert "Blood pressure at which nobody may go ahead" in told


HAND = 'by = "Director"\non = 2024-03-02\nreason = "Agreed"\n'
EXCLUDES = f'[[change]]\nrule = "breathing"\nthen = "exclude"\n{HAND}'
LONG_REASON = EXCLUDES.replace('"Agreed"', '"""\n[[change]]\nfoo\n"""')


@pytest.mark.parametrize("own", [LONG_REASON, f'{EXCLUDES}typed = "x"\n'], ids=["a header in words", "typed"])
def test_no_change_by_hand_locks_the_draft_or_is_lost(as_role: Roles, course: Course, own: str) -> None:
    """Kept, shown again as it was written, and still there after a field was filled."""
    client, clinic = as_role("director"), course.people["director"].clinic
    keep(client, overlay=own)
    page = client.get("/protocol/draft/")
    assert page.status_code == 200
    assert page.context["overlay"] == own.strip()
    keep(client, **{"overlay": own, field_of("pregnancy-test-old"): "7 d"})
    assert [change.touches for change in _drafted(clinic).changes] == ["breathing", "pregnancy-test-old"]
    assert client.get("/protocol/draft/").context["overlay"] == own.strip()


def test_a_list_of_changes_is_refused_before_a_field_breaks_it(as_role: Roles, course: Course) -> None:
    """TOML lets nothing stand beside it, so it is told at once and at its field."""
    own = (
        'change = [{ rule = "breathing", then = "exclude", by = "Director", on = 2024-03-02, reason = "x" }]'
    )
    sent = {"form": "draft", "reason": "x", "overlay": own}
    answer = as_role("director").post("/protocol/draft/keep/", sent)
    assert answer.status_code == 400
    assert "begin every change with [[change]]" in words_of(answer)
    assert in_force.draft(course.people["director"].clinic) is None


def test_a_draft_that_cannot_be_read_can_still_be_mended(as_role: Roles, course: Course) -> None:
    """Whatever an earlier version of the program let in: its page comes, and the draft can go."""
    who, client = course.people["director"], as_role("director")
    for overlay in ("x = " + "[" * 3000, '[[change]]\nrule = "gone"\n', "x ="):
        draft = Draft(f"clinic:{who.clinic}", ProtocolDrafted(overlay=overlay), NOW)
        append([draft], author="test", via="test", at=NOW)
        assert client.get("/protocol/draft/").context["overlay"] == overlay.strip()
        page = client.get("/protocol/adoption/")
        assert page.status_code == 200 and "no longer fits" in words_of(page)
        sent = {"form": "draft", "reason": "x", "overlay": overlay}
        assert client.post("/protocol/draft/keep/", sent).status_code == 400
        newest = str(in_force.draft(who.clinic).id)
        signed = {"form": "adopt", "draft": newest, "signed": "Director"}
        assert client.post("/protocol/adoption/sign/", signed).status_code == 400
        sent = {"form": "discard", "draft": newest}
        told = words_of(client.post("/protocol/draft/discard/", sent, follow=True))
        assert "The draft is discarded" in told
        assert in_force.draft(who.clinic) is None


def test_a_discarded_draft_is_in_the_ledger(as_role: Roles, course: Course) -> None:
    """What is in force stays; nobody discards a draft they did not see, nor one that is not there."""
    client, who = as_role("director"), course.people["director"]
    keep(client, overlay=EXCLUDES)
    first = in_force.draft(who.clinic)
    keep(client)
    with pytest.raises(BadInput, match="changed while you read it"):
        actions.discard_draft(who, draft=str(first.id), at=NOW)
    newest = str(in_force.draft(who.clinic).id)
    entry = actions.discard_draft(who, draft=newest, at=NOW)
    assert entry.fact == ProtocolDraftDiscarded(draft=newest)
    assert in_force.in_force(who.clinic).hash == shipped().hash
    with pytest.raises(BadInput, match="there is no draft"):
        actions.discard_draft(who, draft="", at=NOW)
    with pytest.raises(NotFound):
        actions.discard_draft(course.people["prescriber"], draft="", at=NOW)


@pytest.mark.parametrize(
    ("name", "values", "field", "said"),
    [
        ("bp-hard-stop", ("80", "180"), 1, "not below systolic blood pressure"),
        ("bp-hard-stop", ("99999", "60"), 0, "it lies between 40 and 300"),
        ("bp-hard-stop", ("180", ""), 1, "nothing was written"),
        ("pregnancy-test-old", ("0 d",), 0, "no time at all"),
        ("pregnancy-test-old", ("99999999 d",), 0, "longer than 365 days"),
        ("pregnancy-test-old", ("7",), 0, "'7' is not a time"),
        ("adequate-trial-weeks", ("banana",), 0, "'banana' is not a whole number"),
        ("consent-stands-for-doses", ("101",), 0, "more than 100"),
        ("route im", ("", "0"), 1, "above 0"),
    ],
)
def test_what_makes_no_sense_is_told_at_its_own_field(
    as_role: Roles, course: Course, name: str, values: tuple[str, ...], field: int, said: str
) -> None:
    """And nothing of TOML is shown to somebody who filled in a field."""
    fields = {field_of(name, place): value for place, value in enumerate(values)}
    answer = as_role("director").post("/protocol/draft/keep/", {"form": "draft", "reason": "x", **fields})
    assert answer.status_code == 400
    (fault,) = answer.context["faults"]
    assert (fault.where, said in fault.what) == (field_of(name, field), True)
    (told,) = answer.context["told"]
    gap = next(gap for gap in gaps() if gap.open.id == name)
    assert told["says"].startswith(f"{gap.open.says}, {gap.fields[field][1]}: ")
    assert told["target"] == f"draft-{fault.where}"
    assert in_force.draft(course.people["director"].clinic) is None


def test_every_fault_of_a_draft_is_told_at_once(as_role: Roles, course: Course) -> None:
    """What is no value, what makes no sense, what was written by hand, and the reason left out."""
    fields = {
        field_of("pregnancy-test-old"): "7",
        field_of("bp-hard-stop"): "80",
        field_of("bp-hard-stop", 1): "180",
        "overlay": EXCLUDES.replace("breathing", "breathless").replace('by = "Director"', 'by = "Forged"'),
    }
    answer = as_role("director").post("/protocol/draft/keep/", {"form": "draft", "reason": "", **fields})
    found = answer.context["faults"]
    own = "overlay"
    places = ["reason", field_of("pregnancy-test-old"), own, field_of("bp-hard-stop", 1), own]
    assert [fault.where for fault in found] == places
    assert found[2].what == "line 2: change breathless: rule: 'breathless' is not a rule"
    assert found[4].what == "breathless: by: 'Forged' is not you"
    assert 'class="k-details draft-stage" open' in answer.content.decode()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('by = "Director"', 'by = "Dr Forged"', "breathing: by: 'Dr Forged' is not you. Write Director"),
        ("2024-03-02", "2099-01-01", "breathing: on: 2099-01-01 is still to come"),
    ],
)
def test_nobody_signs_for_another_or_ahead(
    as_role: Roles, course: Course, old: str, new: str, said: str
) -> None:
    """Told at the field for changes by hand; with a title behind the name it is still one's own."""
    sent = {"form": "draft", "reason": "x", "overlay": EXCLUDES.replace(old, new)}
    answer = as_role("director").post("/protocol/draft/keep/", sent)
    assert answer.status_code == 400
    assert [said in str(fault) for fault in answer.context["faults"]] == [True]
    actions.save_draft(
        course.people["director"], overlay=EXCLUDES.replace('"Director"', '"director, MD"'), at=NOW
    )


def test_an_unchanged_change_keeps_who_signed_it(as_role: Roles, course: Course) -> None:
    """Another director goes on with the draft; what they change they sign themselves."""
    who = course.people["director"]
    actions.save_draft(who, overlay=EXCLUDES, at=NOW)
    other = replace(who, name="Dr Other")
    actions.save_draft(other, overlay=f"# looked at\n{EXCLUDES}", at=NOW)
    with pytest.raises(BadFields, match="'Director' is not you"):
        actions.save_draft(other, overlay=EXCLUDES.replace("exclude", "stabilise"), at=NOW)
    signed = actions.adopt(other, signed_name="Dr Other", draft=str(in_force.draft(who.clinic).id), at=NOW)
    assert signed.fact.signed_name == "Dr Other"
    actions.save_draft(other, overlay=EXCLUDES, at=NOW)

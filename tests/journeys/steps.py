"""The steps of a course, each done by clicking, each by the person whose step it is."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.clinical.charts import adopted
from tests.journeys.walk import FULL_NAMES, Walk, said, unfold

ITEMS = {"pre-dose": 6, "discharge": 7}


def import_record(walk: Walk, record: Path) -> str:
    """The prescriber imports a record; the id of the chart it became."""
    page = walk.to("prescriber", "/charts/import/")
    page.get_by_label("The file").set_input_files(record)
    walk.press(page, "Import the record")
    walk.look(page)
    return re.search(r"chart=([0-9a-f-]{36})", page.url)[1]


def add_therapist(walk: Walk, chart: str) -> None:
    page = walk.to("prescriber", f"/charts/{chart}/team/")
    option = page.locator("#join-user option", has_text="therapist").get_attribute("value")
    page.get_by_label("Colleague", exact=True).select_option(option)
    walk.press(page, "Add to the care team")


def screen(walk: Walk, chart: str) -> None:
    """Every open question is asked and answered with no, the pressure is measured, the prescriber decides."""
    page = walk.to("prescriber", f"/charts/{chart}/screening/")
    page.get_by_label("Systolic").fill("122")
    page.get_by_label("Diastolic").fill("76")
    walk.press(page, "Record blood pressure")
    while page.locator("form.k-ask").count():
        unfold(page)
        asked = page.locator("form.k-ask").first
        for radio in asked.locator("input[type=radio][name^=answer-][value=no]").all():
            radio.check()
        asked.locator("select[name=said_by]").first.select_option("patient")
        with page.expect_navigation():
            asked.get_by_role("button", name="Record the answers").click()
    for box in page.locator("input[name=accepted]").all():
        box.check()
    page.get_by_label("Suitable", exact=True).check()
    page.locator("#decide-reason").fill("Read together; nothing stands against it")
    page.get_by_label("Sign with your name").fill(FULL_NAMES["prescriber"])
    walk.press(page, "Sign the decision")
    walk.look(page)


def prepare(walk: Walk, chart: str) -> None:
    """Consent on the clinic's device, a session, an intention, a first score, a plan."""
    page = walk.to("therapist", f"/charts/{chart}/preparation/")
    name = page.locator(".k-who__name").inner_text()
    page.get_by_role("button", name="Hand over to read and sign").first.click()
    for question in adopted().consents["ketamine-treatment"].questions:
        page.get_by_label(question.right, exact=True).check()
    walk.look(page)
    walk.press(page, "Answer")
    page.get_by_label("Type your full name to sign").fill(name)
    walk.press(page, "Sign")
    page.get_by_label("How long").fill("50")
    page.get_by_label("What was talked about").fill("What may come up, how to ask for a hand")
    walk.press(page, "Record the session")
    page.get_by_label("What the patient hopes for").fill("To feel at home in my days")
    walk.press(page, "Write down the intention")
    score(walk, chart)
    plan(walk, chart)


def score(walk: Walk, chart: str) -> None:
    page = walk.to("monitor", f"/charts/{chart}/scores/phq9/")
    for number in range(1, 10):
        value = "0" if number == 9 else "2"
        page.locator(f"input[name=question-{number}][value='{value}']").check()
    walk.press(page, "Record the PHQ-9")
    assert "16 of 27" in said(page)
    walk.look(page)


def plan(walk: Walk, chart: str) -> None:
    page = walk.to("prescriber", f"/charts/{chart}/preparation/plan/")
    page.get_by_label("Indication", exact=True).select_option(index=1)
    page.get_by_label("Intravenous infusion").check()
    page.get_by_label("body weight", exact=True).check()
    page.get_by_label("as measured on the day").check()
    page.locator("#plan-mg_per_kg").fill("0.5")
    for label, typed in (("Given over", "40"), ("Number of doses", "1")):
        page.get_by_label(label).fill(typed)
    page.get_by_label("Days between doses").fill("7")
    page.get_by_label("Series", exact=True).select_option(value="One infusion")
    page.get_by_label("After the first dose").check()
    page.get_by_label("PHQ-9 (depression)").check()
    page.get_by_label("Why this route").fill("The route of the trials")
    page.locator("[data-preview-here]").get_by_text("0.5 mg/kg ×").wait_for()
    page.get_by_label("Why this plan for this person").fill("Two antidepressants without response")
    walk.press(page, "Check the plan before signing")
    assert "0.5 mg/kg" in said(page)
    walk.look(page)
    page.get_by_label("Sign with your name").fill(FULL_NAMES["prescriber"])
    walk.press(page, "Approve and sign the plan")
    page = walk.to("therapist", f"/charts/{chart}/preparation/plan/")
    page.get_by_label("Sign with your name").fill(FULL_NAMES["therapist"])
    walk.press(page, "Countersign the plan")
    assert "Countersigned by" in said(page)


def book(walk: Walk, chart: str) -> str:
    """The monitor books the visit; the path of its room."""
    page = walk.to("monitor", f"/charts/{chart}/visits/")
    soon = datetime.now(UTC) + timedelta(minutes=30)
    page.get_by_label("Day and time").fill(f"{soon:%Y-%m-%dT%H:%M}")
    page.get_by_label("Room", exact=True).fill("Room 4")
    walk.press(page, "Book the visit")
    walk.look(page)
    return re.search(r"/charts/.*/visits/[^/]+/", page.url)[0]


def arrive(walk: Walk, page: Any) -> None:
    page.locator("#arrive").get_by_label("their name").check()
    page.locator("#arrive").get_by_label("their birth date").check()
    walk.press(page, "Confirm arrival")


def hear(page: Any) -> None:
    """The sound test, and its answer."""
    with page.expect_navigation():
        page.locator("#sound").get_by_role("button", name="Yes, heard").click()


def answer(walk: Walk, page: Any, where: str, **but: str) -> None:
    """Every line of a checklist is answered with yes, except those named in `but` (with "_" for "-")."""
    unfold(page)
    other = {item.replace("_", "-"): value for item, value in but.items()}
    for line in page.locator(f"#{where} fieldset.ask").all():
        item = line.get_attribute("id").partition("item-")[2]
        line.locator(f"input[value={other.get(item, 'yes')}]").check()
    with page.expect_navigation():
        page.locator(f"#{where}").get_by_role("button", name="Record the answers").click()


def weigh(walk: Walk, page: Any, value: str = "70", unit: str = "kg") -> None:
    unfold(page)
    page.get_by_label("Weight on the scale", exact=True).fill(value)
    page.get_by_label(unit, exact=True).check()
    with page.expect_navigation():
        page.locator("#weigh").get_by_role("button").click()
    if page.get_by_label("I read the scale and its unit again").count():
        page.get_by_label("I read the scale and its unit again").check()
        with page.expect_navigation():
            page.locator("#weigh").get_by_role("button").click()


def vitals(walk: Walk, page: Any, pressure: str = "124/78") -> None:
    systolic, diastolic = pressure.split("/")
    page.get_by_label("Systolic").fill(systolic)
    page.get_by_label("Diastolic").fill(diastolic)
    page.get_by_label("Heart rate").fill("72")
    page.get_by_label("SpO₂ %").fill("98")
    page.get_by_label("5 readily").check(force=True)
    walk.press(page, "Record vital signs")


def work_out(walk: Walk, page: Any, lot: str = "50 mg/mL", *, out: int = 0) -> str:
    """The vial in hand: the lot is chosen, or typed where the clinic has none; the sum as it stands then.

    `out`: how many of the lot leave the cupboard with it.
    """
    again = page.get_by_text("Work it out again, from another lot or vial")
    if again.count():
        again.click()
    chosen = page.locator("#prepare-lot")
    if chosen.evaluate("el => el.tagName") == "SELECT":
        chosen.select_option(chosen.locator("option", has_text=lot).first.get_attribute("value"))
        page.locator("#dose-sum").filter(has_text=" mg").wait_for()
        if out:
            page.get_by_label("Taken out of it now").fill(str(out))
    else:
        chosen.fill("K-2231")
    walk.press(page, "Work out the dose")
    return str(page.locator(".second__line").inner_text())


def milligrams(line: str) -> str:
    """The milligrams of a sum, as a person reads them off it."""
    found = re.search(r"[=≈] ([0-9.]+) mg\b(?!/)", line) or re.search(r"^([0-9.]+) mg", line)
    assert found, line
    return found[1]


def second(walk: Walk, room: str, mg: str, role: str = "prescriber") -> None:
    """Another person, signed in as themselves, types the milligrams again."""
    page = walk.to(role, room)
    shown = page.locator(".second__line").inner_text()
    told = re.findall(rf".{{0,60}}[=≈] {re.escape(mg)} mg.{{0,20}}", said(page)) if "×" in shown else []
    assert told == [], f"they read what they should work out: {told}"
    page.get_by_label("Work it out yourself").fill(mg)
    walk.press(page, "Confirm the sum")
    assert "You confirmed the sum" in said(page)


def give(walk: Walk, page: Any, milligrams: str, button: str = "Give the dose") -> None:
    """Fill in the dose and press the button, whatever the page says about it."""
    page.get_by_label("Say the milligrams aloud").fill(milligrams)
    page.locator("#dose").get_by_label("their name").check()
    page.locator("#dose").get_by_label("their birth date").check()
    walk.press(page, button)


def draw(walk: Walk, page: Any) -> None:
    """One vial of the first lot is taken out."""
    page.get_by_text("Take drug out for this visit").click()
    page.locator("#drug-out-drug_lot").select_option(index=1)
    page.get_by_label("How many vials, lozenges or devices").fill("1")
    walk.press(page, "Record what was taken out")


def score_recovery(walk: Walk, page: Any) -> None:
    """Every line of the modified Aldrete at its best."""
    page.get_by_text("Score Modified Aldrete score").click()
    form = page.locator("form[action$='/recovery/aldrete/']")
    for number in range(1, 6):
        form.locator(f"input[name='question-{number}'][value='2']").check()
    walk.press(page, "Record the score")


def account(walk: Walk, page: Any) -> None:
    """What is left is thrown away, and the prescriber signs for it on the nurse's screen."""
    left = re.search(r"= ([0-9.]+) mg", page.locator("#drug-sum").inner_text())[1]
    page.get_by_text("Throw away what is left").click()
    page.locator("#drug-waste-drawn").select_option(index=1)
    page.get_by_label("How much", exact=True).fill(left)
    page.get_by_label("How it was made useless").fill("Into the gel")
    walk.press(page, "Record the waste")
    page.get_by_label("I saw it: my sign-in name").fill("mara.prescriber")
    walk.press(page, "Sign as witness")

"""A second screening: the protocol's TOML as it stands, and each rule asked of one record in plain words.

Written from what the rules are said to mean, never from the product's own code. A kind of rule it does not
know is an error: whoever adds one says here, a second time, what it means.
"""

import re
import tomllib
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.reference import naive_scoring
from tests.reference.naive_words import Words

MET, NOT, OPEN = "met", "not", "cannot tell"
SPAN = {
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "y": timedelta(days=365.25),
}
RISKS = ("none", "low", "moderate", "high")
WEIGHTY = ("exclude", "stabilise", "decide")
IN_A_RECORD = ("problem", "medicine", "allergy", "measurement", "result", "score", "history-answered")
OF_THE_CLINIC = ("treatment-trial", "pdmp-queried", "asa-class", "stop-bang")
"""What only the clinic's own people write down: a record from elsewhere holds none."""
KEYS = {
    "condition": {"ever", "stale_after"},
    "medicine": set(),
    "allergy": set(),
    "measurement": {"above", "below", "at_least", "within"},
    "score": {"item", "at_least", "level", "within"},
    "result": {"value", "within"},
    "rule": set(),
    "elapsed": {"under", "over"},
    "absent": {"where", "being", "within"},
    "present": {"where", "being", "within"},
    "fewer": {"than", "where", "shows"},
    "reaches": {"field", "at_least", "most"},
    "asked": set(),
    "all": set(),
    "any": set(),
    "not": set(),
}
RULE_KEYS = {"id", "says", "when", "then", "act", "sources", "basis", "override", "second"}
RULE_KEYS |= {"ask", "ask_of", "answer_holds", "asked_of_sex", "closed_by", "at_home", "tells"}

Told = tuple[str, bool, frozenset[str]]  # the outcome, by words alone, the days of the data behind it


class Screening:
    """The screening rules of one protocol folder."""

    def __init__(self, protocol: Path) -> None:
        self.words = Words(protocol)
        rows = tomllib.loads((protocol / "measurements.toml").read_text(encoding="utf-8"))
        self.groups = {row["id"]: row["of"] for row in rows["group"]}
        self.rules: list[dict[str, Any]] = []
        for path in sorted((protocol / "screening").glob("*.toml")):
            asked = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal).get("rule", [])
            self.rules += [rule for rule in asked if rule["then"] != "block" and "unset" not in rule]

    def of(self, record: dict[str, Any], at: datetime) -> dict[str, Any]:
        """Findings (rule → grade, by words, days), the rules that cannot be told, and the worst grade."""
        findings, unknown = {}, set()
        for rule in self.rules:
            assert set(rule) <= RULE_KEYS, f"rule {rule['id']} says something new: {set(rule) - RULE_KEYS}"
            told, by_words, days = Asking(self, rule, record, at).judge(rule["when"])
            if told == MET:
                findings[rule["id"]] = (rule["then"], by_words, days)
            elif told == OPEN:
                unknown.add(rule["id"])
        grades = {grade for grade, _, _ in findings.values()}
        worst = next((grade for grade in WEIGHTY if grade in grades), "clear")
        return {"findings": findings, "unknown": unknown, "worst": worst}


class Asking:
    """One rule and one record."""

    def __init__(
        self, screening: Screening, rule: dict[str, Any], record: dict[str, Any], at: datetime
    ) -> None:
        self.screening, self.rule, self.record, self.at = screening, rule, record, at

    def judge(self, when: dict[str, Any]) -> Told:
        (kind,) = set(when) & set(KEYS) or {"a kind of rule that is new here"}
        assert kind in KEYS, f"rule {self.rule['id']}: {kind}: {when}"
        assert set(when) - {kind} <= KEYS[kind], f"rule {self.rule['id']}: {kind} with something new: {when}"
        if isinstance(when[kind], list) and kind not in ("all", "any"):  # several names: any of them
            return self.any_({"any": [when | {kind: name} for name in when[kind]]})
        return getattr(self, kind + "_")(when)

    # --- what is known of a life ---------------------------------------------------------------------

    def condition_(self, when: dict[str, Any]) -> Told:
        """On file and not over (`ever`: over or not), and not so old that "active" is hard to believe."""
        told, doubtful = self.listed("problem", when, ever=when.get("ever", False))
        return told or (self.answered() if doubtful else self.asked_(when))

    def medicine_(self, when: dict[str, Any]) -> Told:
        told, _ = self.listed("medicine", when)
        return told or self.asked_(when)

    def allergy_(self, when: dict[str, Any]) -> Told:
        told, _ = self.listed("allergy", when)
        return told or self.asked_(when)

    def listed(self, kind: str, when: dict[str, Any], ever: bool = False) -> tuple[Told | None, bool]:
        """What the list says, or None; and whether something on it is too old to be believed."""
        name = when["condition" if kind == "problem" else kind]
        coded, worded, doubtful = [], [], False
        for fact in self.record[kind]:
            by_code = self.screening.words.by_code(fact["codes"], name)
            by_text = any(self.screening.words.in_text(text, name) for text in fact["texts"])
            if (not by_code and not by_text) or (fact["over"] and not ever):
                continue
            if "stale_after" in when and self.at - fact["since"] > span(when["stale_after"]):
                doubtful = True
                continue
            (coded if by_code else worded).append(fact["day"])
        if not coded and not worded:
            return None, doubtful
        return (MET, not coded, frozenset(coded or worded)), doubtful

    def asked_(self, when: dict[str, Any]) -> Told:
        """The answer; where nobody has given one, only some sexes are asked."""
        sexes = self.rule.get("asked_of_sex")
        asked = not sexes or self.record["who"]["sex"] in sexes
        if not asked and self.standing(self.rule["id"]) is None:
            return NOT, False, frozenset()
        return self.answered()

    def answered(self) -> Told:
        """What a person said, or that the whole list is complete; else nobody knows."""
        answer = self.standing(self.rule["id"])
        if answer is None:
            closing = self.rule.get("closed_by")
            complete = self.standing(closing) if closing else None
            if complete and complete["answer"] == "yes":
                return NOT, False, frozenset([complete["day"]])
            return OPEN, False, frozenset()
        told = {"yes": MET, "no": NOT, "unknown": OPEN}[answer["answer"]]
        return told, False, frozenset([answer["day"]])

    def standing(self, question: str) -> dict[str, Any] | None:
        """The newest answer that still holds; but a patient alone does not take back a "yes"."""
        stands = None
        for answer in self.record.get("history-answered", []):
            age = self.at - answer["at"]
            held = "answer_holds" not in self.rule or age <= span(self.rule["answer_holds"])
            if answer["question"] != question or age < timedelta(0) or not held:
                continue
            affirmed = stands is not None and stands["answer"] == "yes"
            if not (affirmed and answer["answer"] != "yes" and answer["said_by"] == "patient"):
                stands = answer
        return stands

    # --- what was measured ---------------------------------------------------------------------------

    def measurement_(self, when: dict[str, Any]) -> Told:
        """Any part beyond its limit, or at it for "at_least"; not so only when all were measured in time."""
        parts = self.screening.groups.get(when["measurement"], [when["measurement"]])
        beyond, days, missing = False, set(), False
        for side in ("above", "below", "at_least"):
            limits = when.get(side, {})
            for part in parts:
                limit = limits.get(part) if isinstance(limits, dict) else limits
                if limit is None:
                    continue
                fact = self.newest("measurement", {"what": part}, when["within"])
                if fact is None:
                    missing = True
                    continue
                days.add(fact["day"])
                same = [f for f in self.record["measurement"] if (f["what"], f["at"]) == (part, fact["at"])]
                for value in (f["value"] for f in same):  # nobody can say which of them was the later
                    out = {"above": value > limit, "below": value < limit, "at_least": value >= limit}
                    beyond = beyond or out[side]
        return (MET if beyond else OPEN if missing else NOT), False, frozenset(days)

    def score_(self, when: dict[str, Any]) -> Told:
        fact = self.newest("score", {"instrument": when["score"]}, when["within"])
        item = when.get("item", 0)
        if fact is None or ((item or "level" in when) and not fact["items"]):
            return OPEN, False, frozenset()
        if "level" in when:
            said = RISKS.index(naive_scoring.suicide_risk(fact["items"]))
            return (MET if said >= RISKS.index(when["level"]) else NOT), False, frozenset([fact["day"]])
        value = fact["items"][item - 1] if item else fact["total"]
        return (MET if value >= when["at_least"] else NOT), False, frozenset([fact["day"]])

    def result_(self, when: dict[str, Any]) -> Told:
        fact = self.newest("result", {"what": when["result"]}, when["within"])
        if fact is None:
            return OPEN, False, frozenset()
        told = MET if fact["value"] == when["value"] else OPEN if fact["value"] == "indeterminate" else NOT
        return told, False, frozenset([fact["day"]])

    def newest(self, kind: str, where: dict[str, str], within: str = "") -> dict[str, Any] | None:
        """The last fact of a kind with these values, unless it is older than `within`."""
        assert kind in IN_A_RECORD + OF_THE_CLINIC, (
            f"rule {self.rule['id']} looks for {kind!r}, and no record holds one"
        )
        facts = [f for f in self.record.get(kind, []) if all(f.get(k) == v for k, v in where.items())]
        facts = [f for f in facts if f["at"] <= self.at]
        if not facts or (within and self.at - facts[-1]["at"] > span(within)):
            return None
        return dict(facts[-1])

    # --- time and absence ----------------------------------------------------------------------------

    def elapsed_(self, when: dict[str, Any]) -> Told:
        if when["elapsed"] == "death":
            died = self.record["who"]["died"]
            return (MET if died else NOT), False, frozenset([died] if died else [])
        assert when["elapsed"] == "birth", f"rule {self.rule['id']}: time since {when['elapsed']}"
        born, today = date.fromisoformat(self.record["who"]["born"]), self.at.date()
        birthday_to_come = (today.month, today.day) < (born.month, born.day)
        age = today.year - born.year - birthday_to_come
        young = "under" in when and age < int(when["under"].removesuffix(" y"))
        old = "over" in when and age > int(when["over"].removesuffix(" y"))
        return (MET if young or old else NOT), False, frozenset([born.isoformat()])

    def present_(self, when: dict[str, Any]) -> Told:
        fact = self.newest(
            when.get("present") or when["absent"], when.get("where", {}), when.get("within", "")
        )
        there = fact is not None and all(fact[key] == value for key, value in when.get("being", {}).items())
        return (MET if there else NOT), False, frozenset([fact["day"]] if fact and there else [])

    def absent_(self, when: dict[str, Any]) -> Told:
        told, _, _ = self.present_(when)
        return (NOT if told == MET else MET), False, frozenset()

    def fewer_(self, when: dict[str, Any]) -> Told:
        """Too few facts count for certain, and too few even with those of which it is not known."""
        facts = [fact for fact in self.record.get(when["fewer"], []) if fact["at"] <= self.at]
        sure = [fact for fact in facts if all(fact[key] in values for key, values in when["where"].items())]
        perhaps = [
            f for f in facts if all(f[k] in (*values, "unknown") for k, values in when["where"].items())
        ]
        outcome = OPEN if not facts or len(perhaps) >= when["than"] > len(sure) else MET
        return (NOT if len(sure) >= when["than"] else outcome), False, frozenset(f["day"] for f in facts)

    def reaches_(self, when: dict[str, Any]) -> Told:
        """A number of the newest fact; with `most`, what it may still come to."""
        fact = self.newest(when["reaches"], {})
        if fact is None:
            return OPEN, False, frozenset()
        may_yet = "most" in when and fact[when["most"]] >= when["at_least"]
        outcome = MET if fact[when["field"]] >= when["at_least"] else OPEN if may_yet else NOT
        return outcome, False, frozenset([fact["day"]])

    def rule_(self, when: dict[str, Any]) -> Told:
        """What the other rule says, with its own question."""
        (other,) = (rule for rule in self.screening.rules if rule["id"] == when["rule"])
        return Asking(self.screening, other, self.record, self.at).judge(other["when"])

    # --- together ------------------------------------------------------------------------------------

    def all_(self, when: dict[str, Any]) -> Told:
        told = [self.judge(part) for part in when["all"]]
        outcomes = {outcome for outcome, _, _ in told}
        outcome = NOT if NOT in outcomes else OPEN if OPEN in outcomes else MET
        by_words = any(words for _, words, _ in told)
        return outcome, by_words and outcome == MET, frozenset().union(*(days for _, _, days in told))

    def any_(self, when: dict[str, Any]) -> Told:
        told = [self.judge(part) for part in when["any"]]
        met = [one for one in told if one[0] == MET]
        if met:
            days = frozenset[str]().union(*(days for _, _, days in met))
            return MET, all(words for _, words, _ in met), days
        return (OPEN if any(outcome == OPEN for outcome, _, _ in told) else NOT), False, frozenset()

    def not_(self, when: dict[str, Any]) -> Told:
        outcome, by_words, days = self.judge(when["not"])
        if by_words:  # words alone silence nothing
            outcome = OPEN
        return {MET: NOT, NOT: MET, OPEN: OPEN}[outcome], False, days


def span(words: str) -> timedelta:
    count, unit = re.fullmatch(r"(\d+) (\w+)", words).groups()
    return int(count) * SPAN[unit]

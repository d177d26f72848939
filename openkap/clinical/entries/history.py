"""What a clinician gathers before deciding: treatments tried, substances, letters, classes of risk."""

from datetime import date

from openkap.clinical.entries.kind import kind

TITLES = {
    "treatment-trial": "treatment trial",
    "pdmp-queried": "query of the monitoring programme",
    "asa-class": "ASA class",
    "stop-bang": "STOP-BANG",
}
"""What a rule calls an entry of these kinds."""


@kind("treatment-trial")
class TreatmentTrial:
    """One treatment that was tried. Whether it was adequate is a clinician's judgement, never a sum."""

    treatment: str  # "antidepressant" · "augmentation" · "ect" · "tms" · "psychotherapy" · "other"
    what: str  # "Sertraline", "Cognitive behavioural therapy"
    outcome: str  # "no-response" · "partial-response" · "response" · "not-tolerated" · "unknown"
    adequate: str  # "yes" · "no" · "unknown"
    this_episode: str  # "yes" · "no" · "unknown"
    reason: str = ""  # why it was adequate or not
    dose: str = ""  # as typed: "100 mg a day", "12 sessions"
    highest_dose: str = ""
    weeks: int | None = None
    adherence: str = "unknown"  # "full" · "partial" · "unknown"
    when: str = ""  # as typed: "2019", "spring 2024 until now"


@kind("substance-use")
class SubstanceUse:
    """One substance, as the person tells it."""

    substance: str
    how: str  # route and frequency, as told: "smoked, most evenings"
    last_use: str  # as told
    treatment: str = ""
    note: str = ""


@kind("pdmp-queried")
class PdmpQueried:
    """A prescription drug monitoring programme was asked. `effective_at` of the entry is when."""

    showed: str  # "expected" · "to-weigh"
    note: str = ""
    reference: str = ""  # the number the registry gave


@kind("clearance-letter")
class ClearanceLetter:
    """Another clinician's opinion on one finding. It stands beside it and lifts nothing by itself."""

    rule: str  # the finding it is about
    specialty: str
    signed_by: str
    written_on: date
    opinion: str  # "may" · "may-with-conditions" · "advises-against"
    says: str  # what matters of the letter
    valid_until: date | None = None


@kind("asa-class")
class AsaClass:
    """Physical status by the American Society of Anesthesiologists, 1 to 6, judged by a prescriber."""

    asa: int
    reason: str


@kind("stop-bang")
class StopBang:
    """Eight questions about sleep apnoea, each "yes", "no" or "unknown"."""

    snores: str
    tired: str
    stops_breathing: str
    high_pressure: str
    heavy: str
    older: str
    thick_neck: str
    male: str
    least: int  # how many are yes
    most: int  # how many are yes or unknown

"""openkap replay: play a recording of vital signs into a dosing visit."""

import argparse
import sys
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from openkap.clinical.quantity import parse_decimal
from openkap.clinical.refusal import BadInput
from openkap.config.unusable import Unusable

if TYPE_CHECKING:
    from openkap.devices.vitals_csv import Recording
    from openkap.records.policy import Principal

NAME = "replay"
HELP = "Play a recording of vital signs into a dosing visit."
PERMISSION = "visit.observe"
GIVES_WAY = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("recording", type=Path, metavar="RECORDING", help="CSV: t_s, then a column a signal")
    parser.add_argument("--session", required=True, metavar="ID", help="id of the visit")
    parser.add_argument("--speed", default="60", metavar="TIMES", help="60 plays an hour in a minute")
    parser.add_argument("--as", dest="user", default="", metavar="USER", help="act as this account")


def run(arguments: argparse.Namespace) -> int:
    speed = parse_decimal(arguments.speed, "--speed")
    from openkap.devices import vitals_csv

    recording = vitals_csv.read(arguments.recording)
    from openkap.config.boot import ready

    ready(make=False)
    from openkap.devices.replay import replay

    who = _principal(arguments.user)
    chart = _chart_of(arguments.session, who)
    _announce(recording, speed)
    stored = replay(recording, who, chart, arguments.session, speed=speed)
    print(f"{stored} values are stored in visit {arguments.session}.")
    return 0


def _announce(recording: "Recording", speed: Decimal) -> None:
    signals = sorted({sample.signal for sample in recording.samples})
    print(
        f"{recording.name}: {len(recording.samples)} values of {', '.join(signals)}; "
        f"{recording.dropouts} blanks and zeros left out; {speed} times its own pace.",
        flush=True,
    )
    if recording.ignored:
        print(f"Not read: {', '.join(recording.ignored)}.", file=sys.stderr)


def _principal(username: str) -> "Principal":
    from openkap.records.models import User
    from openkap.records.policy import OPERATOR, principal_of

    if not username:
        return OPERATOR
    user = User.objects.filter(username=username).first()
    if user is None:
        raise Unusable(f"There is no account {username!r}.")
    return principal_of(user)


def _chart_of(visit: str, who: "Principal") -> str:
    from openkap.records import read
    from openkap.records.models import VisitRow

    rows = VisitRow.objects.filter(visit=visit).values_list("chart", flat=True)
    for chart in map(str, rows):
        if read.may_open(who, chart, "visit.observe"):
            return chart
    raise BadInput("--session", f"there is no visit {visit[:60]!r}", "Copy the id from the visit's address")

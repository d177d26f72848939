"""openkap schedule: when the integration sessions that are owed could be held, and which cannot."""

import argparse
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

NAME = "schedule"
HELP = "Find an hour for every integration session that is owed, or say why there is none."
PERMISSION = "system.operate"
GIVES_WAY = True
WEEKS = 6


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "hours",
        type=Path,
        nargs="?",
        metavar="HOURS.toml",
        help="when each therapist can hold sessions; without it, the hours they keep on their pages",
    )
    parser.add_argument("--weeks", type=int, default=WEEKS, choices=range(1, 27), metavar="1-26")
    parser.add_argument("--clinic", default="", metavar="NAME", help="needed where there is more than one")
    parser.add_argument(
        "--solver", action="store_true", help="weigh all against all with HiGHS, with its bound"
    )


def run(arguments: argparse.Namespace) -> int:
    from openkap.config.boot import ready
    from openkap.config.unusable import Unusable

    try:
        text = arguments.hours.read_text(encoding="utf-8") if arguments.hours else ""
    except (OSError, UnicodeDecodeError) as fault:
        raise Unusable(f"{arguments.hours} cannot be read ({fault}). Check its name.") from None
    ready(make=False)
    from openkap.clinical.placing import place
    from openkap.config.clinics import the_clinic
    from openkap.records import hours as kept
    from openkap.records.in_force import in_force
    from openkap.replan import hours, owed

    clinic, at = the_clinic(arguments.clinic), datetime.now(UTC)
    zone = ZoneInfo(clinic.time_zone)
    stretch = {"first": at, "days": 7 * arguments.weeks, "zone": zone}
    open_hours = (
        hours.read(text, **stretch) if arguments.hours else list(kept.open_hours(str(clinic.id), **stretch))
    )
    asked = owed.owed(str(clinic.id), in_force(str(clinic.id)), at)
    free = owed.free(open_hours, asked.booked)
    found = place(asked.wanted, free)
    placed = dict(found.placed)
    if arguments.solver:
        placed = _anew(asked, free)
    for one in asked.wanted:
        if hour := placed.get(one.id):
            when = hour.starts_at.astimezone(zone)
            print(f"{when:%a %d %b %Y %H:%M}  {hour.therapist}: {asked.named[one.id]}")
    for one in asked.wanted:
        if one.id not in placed:
            print(f"impossible: {asked.named[one.id]}: {found.impossible.get(one.id, 'others weigh more')}")
    print(f"{len(asked.wanted)} owed, {len(placed)} placed, {len(asked.wanted) - len(placed)} impossible.")
    return 0


def _anew(asked, free):  # type: ignore[no-untyped-def] # types of rooms that are only loaded when asked for
    from openkap.replan.solve import solve

    best = solve(asked.wanted, free)
    print(f"HiGHS: a plan worth {best.worth:.2f} sessions; no plan is worth more than {best.bound:.2f}.")
    return best.placed

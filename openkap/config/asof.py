"""--as-of: the moment a record is looked at."""

import argparse
from datetime import UTC, date, datetime, time

from openkap.clinical.moments import parse_moment


def add_as_of(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--as-of",
        default="",
        metavar="DATE",
        help="look at the record as of the end of this day (UTC), such as 2021-04-01; now when left out",
    )


def moment(typed: str) -> datetime:
    """The moment typed: an instant, or the end of a day; now when nothing was. Raises BadInput."""
    if not typed:
        return datetime.now(UTC)
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return parse_moment(typed, "--as-of")
    return datetime.combine(day, time.max, UTC)

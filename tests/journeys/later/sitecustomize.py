"""A clock some days ahead, for every program of a walk that lasts a week. Read by Python as it starts."""

import os
from datetime import UTC, datetime, timedelta

import time_machine

time_machine.travel(datetime.now(UTC) + timedelta(days=int(os.environ["WALK_DAYS_AHEAD"]))).start()

"""When sessions that are owed could be held; with a kept solver too, where `make replan` installed it."""

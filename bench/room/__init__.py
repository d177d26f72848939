"""Two hundred rooms at once: monitors that send every second, rooms that watch, and a browser among them.

python -m bench.room [--seconds 300] [--visits 200] [--tabs 2] [--beside]

A sample's time runs from the moment the monitor sends it, so it covers the whole way: socket, commit,
acknowledgement, live stream, page. `--beside`: the same with a large import, a check of every ledger and a
report running.
"""

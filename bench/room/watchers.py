"""Run as a program: one listener a room, as its page would listen. Prints JSON when its time is over.

A stream that ends is asked for again from the last id, as a browser does: the server ends each after a while.

Reads {"port": …, "cookie": …, "streams": [[visit, path], …], "seconds": …} from standard input.
"""

import asyncio
import json
import sys
import time

Seen = dict[str, list[float]]
"""By visit and device time, or by visit and alert: when each value of that moment, or the alert, was here."""


async def watch(port: int, cookie: str, visit: str, path: str, seen: Seen) -> None:
    last = ""
    while True:
        last = await one_stream(port, cookie, visit, path, last, seen)
        await asyncio.sleep(0.1)


async def one_stream(port: int, cookie: str, visit: str, path: str, last: str, seen: Seen) -> str:
    """The last id heard when the server ended it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
    head = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\nAccept: text/event-stream\r\n"
    writer.write(f"{head}Last-Event-ID: {last}\r\n\r\n".encode())
    answered = await reader.readline()
    if b" 200 " not in answered:
        raise RuntimeError(f"the stream was refused: {answered!r}")
    kind = ""
    while (line := await reader.readline()) and line != b"0\r\n":
        if line.startswith(b"id: "):
            last = line[4:].decode().strip()
        elif line.startswith(b"event: "):
            kind = line[7:].decode().strip()
        elif line.startswith(b"data: ") and kind in ("reading", "entry"):
            data = json.loads(line[6:])
            what = data["at"] if kind == "reading" else data.get("alert", "")
            seen.setdefault(f"{visit} {what}", []).append(time.time())
    writer.close()
    return last


async def main(port: int, cookie: str, streams: list[list[str]], seconds: int) -> Seen:
    seen: Seen = {}
    tasks = [asyncio.create_task(watch(port, cookie, visit, path, seen)) for visit, path in streams]
    print("watching", file=sys.stderr, flush=True)
    await asyncio.sleep(seconds)
    ended = [task for task in tasks if task.done()]
    for task in tasks:
        task.cancel()
    if ended:
        raise RuntimeError(f"{len(ended)} streams broke: {ended[0].exception()!r}")
    return seen


if __name__ == "__main__":
    given = json.load(sys.stdin)
    print(json.dumps(asyncio.run(main(given["port"], given["cookie"], given["streams"], given["seconds"]))))

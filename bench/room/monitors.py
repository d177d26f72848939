"""Run as a program: one monitor a bed, a message with four values every second. Prints JSON.

Reads {"port": …, "beds": [[visit, address], …], "seconds": …} from standard input.
"""

import asyncio
import json
import sys
import time
from datetime import UTC, datetime

START, END = b"\x0b", b"\x1c\r"
SIGNALS = {147842: "264864", 150456: "262688", 151562: "264928", 149530: "264864"}
"""Heart rate, oxygen saturation, respiratory rate, pulse: MDC code → MDC unit."""

Told = dict[str, tuple[float, float]]
"""Of each message, by visit and device time: when it was sent and when it was acknowledged."""


def message(visit: str, number: int, stamp: str) -> bytes:
    values = (60 + number % 40, 95 + number % 5, 10 + number % 8, 60 + number % 40)
    lines = [
        f"MSH|^~\\&|MON|BED|||{stamp}||ORU^R01^ORU_R01|{visit}-{number}|P|2.6",
        "PID|",
        "PV1||I|",
        f"OBR|1|||182777000^monitoring of patient^SCT|||{stamp}",
    ]
    for place, ((code, unit), value) in enumerate(zip(SIGNALS.items(), values, strict=True), 1):
        lines.append(f"OBX|{place}|NM|{code}^^MDC||{value}|{unit}^^MDC|||||F")
    return START + "\r".join(lines).encode() + b"\r" + END


async def monitor(port: int, visit: str, address: str, seconds: int, offset: float, told: Told) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0))
    begins = time.time() + offset
    for number in range(seconds):
        await asyncio.sleep(max(0.0, begins + number - time.time()))
        at = datetime.now(UTC)
        at = at.replace(microsecond=at.microsecond // 1000 * 1000)
        sent = time.time()
        writer.write(message(visit, number, at.strftime("%Y%m%d%H%M%S.%f")[:-3] + "+0000"))
        answer = await reader.readuntil(END)
        if b"MSA|AA" not in answer:
            raise RuntimeError(f"{visit}: {answer!r}")
        told[f"{visit} {at.isoformat()}"] = (sent, time.time())
    writer.close()


async def main(port: int, beds: list[list[str]], seconds: int) -> Told:
    told: Told = {}
    async with asyncio.TaskGroup() as group:
        for place, (visit, address) in enumerate(beds):
            group.create_task(monitor(port, visit, address, seconds, place / len(beds), told))
    return told


if __name__ == "__main__":
    given = json.load(sys.stdin)
    print(json.dumps(asyncio.run(main(given["port"], given["beds"], given["seconds"]))))

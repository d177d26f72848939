"""openkap turn: the relay of the video to homes, which is coturn with the settings this program needs."""

import argparse
import ipaddress
import os
import shutil
from pathlib import Path

from openkap.config.unusable import Unusable

NAME = "turn"
HELP = "Run the relay of the video to homes (coturn), for this clinic's own pages alone."
PERMISSION = "system.operate"
GIVES_WAY = False
CALLERS = 200
"""Ways through the relay at once: two for each call, and as many again while one is found anew."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--address", required=True, help="address the relay is reached at from outside")
    parser.add_argument("--inside", help="this computer's own address, where another one stands before it")
    parser.add_argument("--port", type=int, default=3478)
    parser.add_argument("--cert", type=Path, metavar="FILE", help="certificate for turns:, PEM")
    parser.add_argument("--key", type=Path, metavar="FILE", help="its private key, PEM")


def run(arguments: argparse.Namespace) -> int:
    program = shutil.which("turnserver")
    if program is None:
        raise Unusable("coturn is not installed. On Debian: apt install coturn")
    if bool(arguments.cert) is not bool(arguments.key):
        raise Unusable("TLS needs both: --cert and --key.")
    address = _address(arguments.address, "--address")
    inside = _address(arguments.inside, "--inside") if arguments.inside else address
    from openkap.config.boot import boot

    boot()
    from django.conf import settings

    folder = settings.OPENKAP.home / "turn"
    lines = settings_of(folder, address, inside, arguments.port, str(settings.TURN_SECRET))
    lines += [f"cert={arguments.cert}", f"pkey={arguments.key}"] if arguments.cert else ["no-tls", "no-dtls"]
    written = _private(folder, "\n".join(lines) + "\n")
    print(f"openkap: relaying on {address}; the server needs OPENKAP_TURN=turn:{address}:{arguments.port}")
    os.execv(program, [program, "-c", str(written)])


def settings_of(folder: Path, address: str, inside: str, port: int, secret: str) -> list[str]:
    """Lines of turnserver.conf. A password opens a way to other callers of this relay, and to nobody else."""
    return [
        f"listening-ip={inside}",
        f"listening-port={port}",
        f"relay-ip={inside}",
        *([f"external-ip={address}/{inside}"] if address != inside else []),
        "use-auth-secret",
        f"static-auth-secret={secret}",
        "realm=openkap",
        "fingerprint",
        "denied-peer-ip=0.0.0.0-255.255.255.255",
        "denied-peer-ip=::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        *(f"allowed-peer-ip={one}" for one in dict.fromkeys((address, inside))),
        *(["allow-loopback-peers"] if ipaddress.ip_address(inside).is_loopback else []),
        "no-multicast-peers",
        "no-tcp-relay",
        "no-cli",
        f"total-quota={CALLERS}",
        "log-file=stdout",
        "simple-log",
        f"pidfile={folder / 'turnserver.pid'}",
        f"userdb={folder / 'turnserver.sqlite'}",
    ]


def _private(folder: Path, text: str) -> Path:
    """The settings with the secret in them, readable by their owner alone from the first byte on."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / "turnserver.conf"
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    return path


def _address(given: str, where: str) -> str:
    try:
        return str(ipaddress.ip_address(given))
    except ValueError:
        raise Unusable(f"{where} is {given!r}. Write an address like 203.0.113.5") from None

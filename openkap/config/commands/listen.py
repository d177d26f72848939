"""openkap listen: take readings from bedside monitors over HL7 v2, and from SDC devices it calls."""

import argparse
import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from openkap.config.unusable import Unusable

if TYPE_CHECKING:
    import ssl

NAME = "listen"
HELP = "Take readings from registered devices: HL7 v2 over MLLP, and SDC."
PERMISSION = "system.operate"
GIVES_WAY = False
LOOPBACK = ("127.0.0.1", "::1", "localhost")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=2575)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (this computer alone)")
    parser.add_argument("--cert", type=Path, metavar="FILE", help="certificate shown to devices, PEM")
    parser.add_argument("--key", type=Path, metavar="FILE", help="its private key, PEM")
    parser.add_argument(
        "--client-ca", type=Path, metavar="FILE", help="authority that signed the devices' certificates, PEM"
    )
    parser.add_argument(
        "--in-the-clear", action="store_true", help="no TLS on a network address: only inside a tunnel"
    )
    parser.add_argument(
        "--sdc",
        action="append",
        default=[],
        metavar="ADDRESS",
        help="call this SDC device too (http or https)",
    )


def run(arguments: argparse.Namespace) -> int:
    from openkap.config.boot import ready
    from openkap.config.serving import listening

    context = _tls(arguments)
    _may_be_called(arguments)
    bound = listening(arguments.host, arguments.port)
    ready(make=False)
    from openkap.config.hearing import Calls, hear

    files = (arguments.key, arguments.cert, arguments.client_ca) if context else ()
    calls = Calls(tuple(arguments.sdc), files)
    how = "TLS, a certificate for each device" if context else "in the clear"
    port = bound.getsockname()[1]
    hear(bound, context, calls, f"openkap: listening for HL7 v2 on {arguments.host}:{port} ({how})")
    return 0


def _tls(arguments: argparse.Namespace) -> "ssl.SSLContext | None":
    """The TLS that was asked for, or None in the clear where that is allowed."""
    files = (arguments.cert, arguments.key, arguments.client_ca)
    if not any(files):
        if arguments.host in LOOPBACK or arguments.in_the_clear:
            return None
        raise Unusable(
            f"Readings would travel in the clear to {arguments.host}. "
            "Give --cert, --key and --client-ca, or say --in-the-clear inside a tunnel."
        )
    if not all(files):
        raise Unusable("TLS needs all three: --cert, --key and --client-ca.")
    from openkap.devices.tls import both_ways

    try:
        return both_ways(*files)
    except OSError as fault:  # an SSLError too
        print(f"openkap: {fault}", file=sys.stderr)
        raise Unusable("A certificate or key cannot be used. Check the three files.") from None


def _may_be_called(arguments: argparse.Namespace) -> None:
    """Each SDC address travels as MLLP may: in TLS, or in the clear where that is allowed."""
    if not arguments.sdc:
        return
    if importlib.util.find_spec("sdc11073") is None:
        raise Unusable("SDC needs a library that is not installed. Run: make sdc")
    for address in arguments.sdc:
        parts = urlsplit(address)
        clear = parts.hostname in LOOPBACK or arguments.in_the_clear
        if parts.scheme == "https" and not arguments.cert:
            raise Unusable(f"{address} speaks TLS. Give --cert, --key and --client-ca.")
        if parts.scheme != "https" and not (parts.scheme == "http" and clear):
            raise Unusable(f"{address} would be called in the clear. Write an https address.")

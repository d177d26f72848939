"""openkap serve: answer on a port, for a real clinic."""

import argparse
import sys

NAME = "serve"
HELP = "Serve the clinic on a port; a proxy with https stands in front of it."
PERMISSION = "system.operate"
GIVES_WAY = False


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (this computer alone)")


def run(arguments: argparse.Namespace) -> int:
    from openkap.config.boot import ready
    from openkap.config.serving import listening, serve

    bound = listening(arguments.host, arguments.port)
    ready()
    _warn()
    port = bound.getsockname()[1]
    serve(bound, lambda: print(f"openkap: serving on http://{arguments.host}:{port}", flush=True))
    return 0


def _warn() -> None:
    from django.conf import settings
    from django.core.checks import run_checks

    for found in run_checks(tags=["openkap"]):
        print(f"openkap: {found.msg.rstrip('.')}. {found.hint or ''}".rstrip(), file=sys.stderr)
    if not settings.OPENKAP.https:
        print("openkap: set OPENKAP_HTTPS=1 once a proxy with https stands in front.", file=sys.stderr)

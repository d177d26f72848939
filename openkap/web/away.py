"""The room on a tablet: installable, and there when the server is not. Nothing here is about a patient."""

from pathlib import Path

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.templatetags.static import static

from openkap.web.door import needs, show

WORKER = Path(__file__).parent / "static" / "openkap" / "room-worker.js"
SEDATION = (
    ("5", "readily"),
    ("4", "slowly"),
    ("3", "loud voice"),
    ("2", "shaken"),
    ("1", "pain"),
    ("0", "none"),
)


@needs("public")
def worker(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - the same for everybody
    """The script that opens `away` when the server does not answer. At the root, so that it may."""
    return HttpResponse(WORKER.read_bytes(), content_type="text/javascript; charset=utf-8")


@needs("public")
def manifest(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - the same for everybody
    """What a tablet needs to install the room."""
    icon = {"src": static("openkap/mark.svg"), "sizes": "any", "type": "image/svg+xml"}
    return JsonResponse(
        {
            "name": "OpenKAP",
            "short_name": "OpenKAP",
            "start_url": "/board/",
            "scope": "/",
            "display": "standalone",
            "background_color": "#131514",
            "theme_color": "#131514",
            "icons": [icon],
        },
        content_type="application/manifest+json",
    )


@needs("public")
def away(request: HttpRequest) -> HttpResponseBase:
    """The empty room: what can be charted without a server, and what cannot."""
    return show(request, "room/away.html", {"sedation_levels": SEDATION, "protocol": request.protocol})

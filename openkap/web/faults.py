"""Pages for what goes wrong outside any view: no such address, a form gone stale, a fault of our own."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from openkap.web.door import absent, recognise, show


def nothing_there(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's call
    """Django's handler404: an address that is not served looks like one that is not yours."""
    recognise(request)
    return absent(request)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's call
    """Django's CSRF_FAILURE_VIEW: the form was sent from a page older than this sign-in."""
    recognise(request)
    return show(request, "stale_form.html", status=403)


def broken(request: HttpRequest) -> HttpResponse:
    """Django's handler500: asks nothing of the database, which may be what is broken."""
    return render(None, "broken.html", {"address": request.path}, status=500)

"""What every response says about itself."""

import pytest
from django.test import Client

SAID = {
    "Content-Security-Policy": "default-src 'self'",
    "Permissions-Policy": "camera=()",
    "Cache-Control": "no-store",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/sign-in/", "/healthz", "/none-such/", "/board/"])
def test_every_answer_says_what_a_browser_may_do_with_it(client: Client, path: str) -> None:
    """A page, a plain answer, an absent one and a redirect alike."""
    answer = client.get(path)
    for name, begins in SAID.items():
        assert answer.headers.get(name, "").startswith(begins), name

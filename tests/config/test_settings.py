"""What SECURITY.md and the sign-in page rely on."""

from pathlib import Path

from django.conf import settings
from django.core.cache import cache

SECURITY = Path(__file__).resolve().parents[2] / "SECURITY.md"


def test_a_count_of_failures_outlives_many_strangers() -> None:
    """Five thousand other names tried do not make the first one's failures forgotten."""
    cache.set("sign-in:pair:ada", 9, 60)
    others = [f"sign-in:pair:{number}" for number in range(5000)]
    for other in others:
        cache.set(other, 1, 60)
    kept = cache.get("sign-in:pair:ada")
    cache.delete_many(["sign-in:pair:ada", *others])
    assert kept == 9


def test_what_is_said_of_sessions_is_so() -> None:
    """Twelve hours from signing in, used or not."""
    said = f"a session lasts {settings.SESSION_COOKIE_AGE // 3600} hours whether used or not"
    assert said in SECURITY.read_text(encoding="utf-8")
    assert not settings.SESSION_SAVE_EVERY_REQUEST

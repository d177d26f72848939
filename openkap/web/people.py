"""Names of the people who wrote entries: a ledger holds ids, a page shows names of one's own clinic."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q

from openkap.records.models import User
from openkap.records.policy import Principal


def names(who: Principal, authors: Iterable[str]) -> dict[str, str]:
    """Author id → name, role. Authors that are no account of this clinic keep the word they are known by."""
    ids = {author for author in authors if is_id(author)}
    users = User.objects.filter(Q(id__in=ids), clinic=who.clinic) if ids else ()
    return {str(user.id): f"{user.name}, {user.role}" for user in users}


def is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True

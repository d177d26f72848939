"""The same clinic and person as the tests of the actions; the clinic records its lots."""

from datetime import timedelta

import pytest

from openkap.demo.clinic import stock
from openkap.demo.telling import Telling
from tests.actions.conftest import ready, record, staff, telling  # noqa: F401
from tests.conftest import AT


@pytest.fixture
def stocked(ready: Telling) -> Telling:  # noqa: F811
    """Two strengths stand on the shelf."""
    stock(ready.staff, AT - timedelta(days=1))
    return ready

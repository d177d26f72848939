"""Two clinics, four charts, fourteen people."""

import pytest

from tests.policy.house import House, build


@pytest.fixture
def house(db: None) -> House:
    return build()

"""However a rotation is disturbed, one plain `up` ends in one key, and the sink's key is alive at every moment.

The tests share one tenant with neighbours; each disturbs, looks, runs `up`, and leaves it as wanted.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.disturbances import DISTURBANCES
from tests.engine.workspace import Stack
from tests.stories.disturbances import assert_put_right
from tests.stories.neighbours import Neighbours

pytestmark = pytest.mark.recorded


@pytest.fixture(scope="module")
def neighbours(tenant: Stack) -> Neighbours:
    return Neighbours(tenant.company)


@pytest.mark.timeout(600)  # up to seven runs of the engine, on a machine that may be busy
@pytest.mark.parametrize("what", DISTURBANCES)
def test_a_plain_up_puts_everything_right_when(
    what: str, tenant: Stack, neighbours: Neighbours, tmp_path: Path
) -> None:
    assert_put_right(DISTURBANCES[what], tenant, neighbours, tmp_path)

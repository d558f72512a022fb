"""However a rotation is disturbed, one plain `apply` ends in one key, and the sink's key is alive at every moment.

The disturbances of tests/engine/test_no_orphans.py, on one tenant with neighbours.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stories.disturbances import assert_put_right
from tests.stories.neighbours import Neighbours
from tests.terraform.chosen import choose
from tests.terraform.disturbances import DISTURBANCES
from tests.terraform.workspace import Workspace

TELLING = ["the reply to the mint is lost", "an older state is restored", "the key is tainted", "the proof fails"]


@pytest.fixture(scope="module")
def neighbours(tenant: Workspace) -> Neighbours:
    return Neighbours(tenant.company)


@pytest.mark.parametrize("what", choose(DISTURBANCES, TELLING))
def test_a_plain_apply_puts_everything_right_when(
    what: str, tenant: Workspace, neighbours: Neighbours, tmp_path: Path
) -> None:
    assert_put_right(DISTURBANCES[what], tenant, neighbours, tmp_path)

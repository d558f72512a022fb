"""Drift at the site: a plan says it in the very words of Pulumi's preview and exits 2, the next apply repairs it.

The same stories as tests/engine/test_drift.py, on one tenant.
"""

from __future__ import annotations

import pytest

from tests.stories.drifts import DRIFTS, Drift, assert_as_wanted
from tests.terraform.workspace import Workspace


@pytest.mark.parametrize("drift", DRIFTS, ids=lambda drift: drift.what.replace(" ", "_"))
def test_drift_is_told_in_words_and_repaired(tenant: Workspace, drift: Drift) -> None:
    drift.do(tenant.company)
    plan = tenant.preview(expect=2)
    assert plan.count(tenant.word(drift.says)) == 1, plan.text
    assert "pulumi" not in plan.text
    tenant.up()
    assert_as_wanted(tenant)
    tenant.preview(expect=0)

"""Drift at the site: a plan says it in the very words of Pulumi's preview and exits 2, the next apply repairs it.

The same stories as tests/engine/test_drift.py, on one tenant.
"""

from __future__ import annotations

from typing import Any, cast

import pytest

from tests.engine.test_drift import DRIFTS, Drift, assert_as_wanted
from tests.terraform.workspace import Workspace


@pytest.mark.parametrize("drift", DRIFTS, ids=lambda drift: drift.what.replace(" ", "_"))
def test_drift_is_told_in_words_and_repaired(tenant: Workspace, drift: Drift) -> None:
    drift.do(tenant.company)
    says = drift.says.replace("pulumi up", f"{tenant.engine.name} apply")
    plan = tenant.preview(expect=2)
    assert plan.count(says) == 1, plan.text
    assert "pulumi" not in plan.text
    tenant.up()
    assert_as_wanted(cast(Any, tenant))
    tenant.preview(expect=0)

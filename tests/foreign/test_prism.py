"""A part of the engine suite through Prism: requests and answers fit the vendor's specification.

With `--errors` Prism answers for the site where either does not, and the stories fail. They are the suite's own tests.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
import requests

from simulator.remote import Company
from tests.engine.test_tenant import (
    test_a_new_rotate_makes_proves_writes_and_only_then_retires,
    test_a_tenant_is_made_stays_clean_is_destroyed_and_made_again,
    test_references_are_resolved_by_name,
    test_renaming_the_member_touches_one_resource,
)
from tests.foreign.document import CODEBASE
from tests.foreign.prism import Prism

__all__ = [
    "test_a_new_rotate_makes_proves_writes_and_only_then_retires",
    "test_a_tenant_is_made_stays_clean_is_destroyed_and_made_again",
    "test_references_are_resolved_by_name",
    "test_renaming_the_member_touches_one_resource",
]


@pytest.fixture(autouse=True)
def nothing_is_wrong(prism: Prism) -> object:
    before = len(prism.violations())
    yield
    assert prism.violations()[before:] == []
    assert "Forwarding" in prism.words()


def test_a_refusal_is_of_the_specified_shape(prism: Prism, company: Callable[..., Company]) -> None:
    site = company()
    with requests.Session() as session:
        session.trust_env = False
        session.auth = (f"{site.id}+{site.credentials['publicKey']}", site.credentials["privateKey"])
        session.headers["clientId"] = site.credentials["clientId"]
        roles = f"{prism.url}{CODEBASE}/system/securityroles"
        answers = [
            session.get(f"{roles}/1", timeout=60),
            session.post(roles, json={"name": "Admin"}, timeout=60),
            session.get(roles, params={"pageSize": 1001}, timeout=60),
            session.get(roles, params={"conditions": "no such thing"}, timeout=60),
            session.get(roles, headers={"clientId": "another"}, timeout=60),
        ]
    assert [answer.status_code for answer in answers] == [404, 400, 400, 400, 401]

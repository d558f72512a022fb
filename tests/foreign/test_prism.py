"""Refusals through Prism. What the engine suite asks and is answered goes through it, too (its conftest.py)."""

from __future__ import annotations

import requests

from simulator.remote import Company
from tests.foreign.document import CODEBASE
from tests.foreign.prism import Prism


def test_a_refusal_is_of_the_specified_shape(prism: Prism, site: Company) -> None:
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
    assert prism.list_new_violations() == []


def test_what_the_specification_does_not_know_is_found(prism: Prism, site: Company) -> None:
    """The witness of all others: a violation is seen, and not passed on."""
    with requests.Session() as session:
        session.trust_env = False
        session.auth = (f"{site.id}+{site.credentials['publicKey']}", site.credentials["privateKey"])
        session.headers["clientId"] = site.credentials["clientId"]
        answer = session.post(f"{prism.url}{CODEBASE}/system/securityroles", json={"nme": "Umbrella"}, timeout=60)
    assert answer.status_code == 422
    assert any("UNPROCESSABLE_ENTITY" in line for line in prism.list_new_violations())

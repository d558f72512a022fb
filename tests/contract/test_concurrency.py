"""Eight calls at once, as the engine makes them: right answers, four at a time, and no question asked twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from time import monotonic
from typing import Any

import pytest

from tests.contract.driver import Failed, Provider
from tests.contract.tenant_fixture import PLAN, TenantFixture

_LATENCY = 200  # milliseconds


def run_at_once(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    with ThreadPoolExecutor(len(calls)) as threads:
        return [future.result() for future in [threads.submit(call) for call in calls]]


def count_most_at_once(requests: Sequence[dict[str, Any]]) -> int:
    """How many of the requests were under way at the same moment."""
    spans = [
        (begun := datetime.fromisoformat(request["at"]), begun + timedelta(milliseconds=request["ms"]))
        for request in requests
    ]
    return max(sum(begun <= moment < ended for begun, ended in spans) for moment, _ in spans)


def test_eight_calls_on_seven_classes_are_right_and_run_four_at_a_time(
    provider: Provider, tenant_fixture: TenantFixture
) -> None:
    tenant_fixture.company.delay_answers(3 * _LATENCY)  # so that waiting, and not our own work, is what is measured
    stack = tenant_fixture.stack
    role = stack["SecurityRole"]
    # A second role: before it is made, its whole plan is held against the site.
    second = {**role.asked, "name": "Second", "plan": PLAN}
    reads = [partial(provider.read, kind, remembered.id, remembered.outputs) for kind, remembered in stack.items()]
    check = partial(provider.check, "SecurityRole", second)
    provider.diff("SecurityRole", role.id, role.outputs, role.inputs)  # so that no import is measured
    started = monotonic()
    *found, checked = run_at_once([*reads, check])
    took = monotonic() - started

    assert found == [(remembered.id, remembered.outputs, remembered.inputs) for remembered in stack.values()]
    assert checked == ({**role.inputs, **second}, [])
    requests = tenant_fixture.company.requests()
    alone = sum(request["ms"] for request in requests) / 1000
    print(f"{len(requests)} requests of {alone:.1f} s in {took:.1f} s, at most {count_most_at_once(requests)} at once")
    # Four threads serve calls: at most a check with its six questions at once, a proof with its two, and two more.
    assert 3 <= count_most_at_once(requests) <= 6 + 2 + 1 + 1
    assert took < 0.7 * alone


def test_the_codebase_is_looked_up_once_by_all_classes_together(
    provider: Provider, tenant_fixture: TenantFixture
) -> None:
    tenant_fixture.company.delay_answers(_LATENCY)
    run_at_once(
        [
            partial(provider.read, kind, remembered.id, remembered.outputs)
            for kind, remembered in tenant_fixture.stack.items()
        ]
    )
    assert tenant_fixture.company.count_requests(f"/login/companyinfo/{tenant_fixture.company.id}") == 1


def test_the_list_of_keys_is_asked_for_once_by_whoever_needs_it(
    provider: Provider, tenant_fixture: TenantFixture
) -> None:
    tenant_fixture.company.delay_answers(_LATENCY, "/keys$")
    kinds = ("ApiKey", "KeyRetirement") * 4
    stack = tenant_fixture.stack
    found = run_at_once([partial(provider.read, kind, stack[kind].id, stack[kind].outputs) for kind in kinds])
    assert found == [(stack[kind].id, stack[kind].outputs, stack[kind].inputs) for kind in kinds]
    assert tenant_fixture.company.count_requests(f"/apiMembers/{tenant_fixture.made.member_id}/keys") == 1
    assert len(tenant_fixture.company.requests()) == 1


def test_the_rights_of_the_provisioning_key_are_asked_for_once(
    provider: Provider, tenant_fixture: TenantFixture
) -> None:
    tenant_fixture.company.delay_answers(_LATENCY, "mySecurity$")
    role = tenant_fixture.stack["SecurityRole"]
    second = {**role.asked, "name": "Second", "plan": PLAN}
    checked = run_at_once([partial(provider.check, "SecurityRole", second)] * 8)
    assert checked == [({**role.inputs, **second}, [])] * 8
    assert tenant_fixture.company.count_requests("/system/mySecurity") == 1


def test_a_question_that_failed_is_asked_again_by_the_next(provider: Provider, tenant_fixture: TenantFixture) -> None:
    tenant_fixture.company.inject_fault("status", "/keys$", status=403, body={"code": "x", "message": "y"}, times=1)
    key = tenant_fixture.stack["ApiKey"]
    with pytest.raises(Failed):
        provider.read("ApiKey", key.id, key.outputs)
    assert provider.read("ApiKey", key.id, key.outputs).id == key.id

"""What goes wrong around an operation: a full queue, a browser that ended, a console that is away."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tests.console.running import GatewayThread, Serve, Tenant


def test_operations_wait_for_each_other_up_to_a_limit(serve: Serve, tenant: Tenant) -> None:
    client = serve(queueSeconds=0.2)
    client.expect_ok("GET", tenant.keys)
    tenant.company.ask("PUT", "/screens", {"slowMs": 300})
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda _: client.request("GET", tenant.keys), range(3)))
    assert sorted(answer.status_code for answer in answers) == [200, 429, 429]
    late = next(answer for answer in answers if answer.status_code == 429)
    assert late.headers["Retry-After"] == "1" and late.json()["retryable"] is True
    tenant.company.ask("PUT", "/screens", {"slowMs": 0})
    assert client.expect_ok("GET", tenant.keys) == []


def test_a_browser_that_ended_is_started_again(gateway: GatewayThread, serve: Serve, tenant: Tenant) -> None:
    client = serve()
    client.expect_ok("GET", tenant.keys)
    gateway.end_browser()
    assert client.expect_ok("POST", tenant.keys, {"description": "after the crash"})["privateKey"]


def test_a_console_that_is_away_is_503(serve: Serve, tenant: Tenant) -> None:
    client = serve(address="http://127.0.0.1:9/nothing")
    assert client.expect_error("GET", tenant.keys) == (
        503,
        "console_unreachable",
        "The console does not answer at its address.",
    )
    assert client.expect_ok("GET", "/health")["ready"] is False


def test_a_mint_that_is_cut_short_after_its_save_is_not_repeated(serve: Serve, tenant: Tenant) -> None:
    client, once = serve(operationSeconds=15), "0123456789abcdef" * 2
    client.expect_ok("GET", tenant.keys)
    path = f"/ApiMembers/{tenant.member}/ApiKeys$"
    fault = {
        "kind": "delay",
        "when": "after",
        "ms": 19000,
        "method": "POST",
        "path": path,
        "company": tenant.company.id,
    }
    tenant.company.simulator.ask("POST", "/faults", fault)
    answer = client.expect_error("POST", tenant.keys, {"description": "cut"}, once)
    assert answer[:2] == (500, "outcome_unknown")
    assert client.expect_error("POST", tenant.keys, {"description": "cut"}, once) == answer
    assert [key["description"] for key in tenant.company.member()["keys"]] == ["cut"]
    assert client.expect_ok("POST", tenant.keys, {"description": "next"})["privateKey"]

"""A look that failed says nothing about the object: it is an error, never "gone"."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.contract.driver import Failed, Provider
from tests.contract.tenant_fixture import TenantFixture

# Who asks for more patience than a run has is not asked again, which keeps this test short.
_LATER = {"Retry-After": "3600"}
FAULTS: dict[str, dict[str, Any]] = {
    "500": {"kind": "status", "status": 500, "headers": _LATER},
    "503": {"kind": "status", "status": 503, "headers": _LATER},
    "401": {"kind": "status", "status": 401, "body": {"code": "Unauthorized", "message": "no"}},
    "403": {"kind": "status", "status": 403, "body": {"code": "Forbidden", "message": "no"}},
    "a filter's 403": {"kind": "status", "status": 403, "body": "<html>Request blocked</html>"},
    "a filter's 403 in JSON": {"kind": "status", "status": 403, "body": {"message": "Forbidden"}},
    "a filter's 400": {"kind": "status", "status": 400, "body": "Bad Request", "contentType": "text/plain"},
    "a filter's 404 in JSON": {"kind": "status", "status": 404, "body": {"message": "no Route matched"}},
    "a gateway's 400": {"kind": "status", "status": 400, "body": "Cannot route. Codebase/company is invalid"},
    "the screens' host": {"kind": "status", "status": 403, "body": {"code": "Security", "message": "SSL is required."}},
    "a proxy's 404": {"kind": "status", "status": 404, "body": "<html>\n<body>no such page</body>\n</html>"},
    "half a document": {"kind": "body", "raw": '[{"id": '},
    "another document": {"kind": "body", "body": {"surprise": True}},
    "a page of a portal": {"kind": "body", "raw": "<html>\nsign in\n</html>", "contentType": "text/html"},
    "null": {"kind": "body", "raw": "null"},
    "a reset connection": {"kind": "reset"},
}
LOOKS = {
    "SecurityRole": "/system/securityroles/",
    "PermissionSet": "/system/securityRoles/[0-9]+/settings",
    "ApiMember": "/system/apiMembers/",
    "ApiKey": "/gateway/connectwise/.*/keys$",
    "KeyRetirement": "/gateway/connectwise/.*/keys$",
    "AccessProof": "/system/mySecurity",
    "PsaIntegration": "/psaIntegration$",
}


def test_a_look_that_failed_is_an_error_and_not_gone(provider: Provider, tenant_fixture: TenantFixture) -> None:
    def look(kind: str) -> str:
        one = tenant_fixture.stack[kind]
        try:
            return f"taken for {provider.read(kind, one.id, one.outputs)}"
        except Failed as failed:
            a_sentence = "\n" not in failed.sentence and "defect of umbrella-psa" not in failed.sentence
            return "an error" if a_sentence else failed.sentence

    outcomes: dict[tuple[str, str], str] = {}
    with ThreadPoolExecutor(len(LOOKS)) as together:
        for what, fault in FAULTS.items():
            tenant_fixture.company.forget_faults()
            for path in sorted(set(LOOKS.values())):
                tenant_fixture.company.inject_fault(path=path, **fault)
            outcomes |= {(what, kind): outcome for kind, outcome in zip(LOOKS, together.map(look, LOOKS), strict=True)}
    assert outcomes == {(what, kind): "an error" for what in FAULTS for kind in LOOKS}
    assert tenant_fixture.company.list_writes() == []
    assert provider.process.poll() is None
    assert provider.read_stderr() == ""

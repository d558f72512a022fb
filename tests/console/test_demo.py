"""What the demo tells of the browser's walks is what the browser did."""

from __future__ import annotations

from demo.browser_walk import list_walks
from tests.console.running import Serve, Tenant


def test_the_demo_tells_each_walk_from_the_menu(serve: Serve, tenant: Tenant) -> None:
    client = serve()
    made = client.expect_ok("POST", tenant.keys, {"description": "shown in the demo"})
    client.expect_ok("DELETE", f"{tenant.keys}/{made['id']}")
    keys = "    ConnectWise: System > Members > API Members > the member > API Keys"
    assert list_walks(tenant.company) == [
        "    ConnectWise: sign in",
        f"{keys} > + > Save, and both halves are read > API Keys",
        f"{keys} > the old key > Delete > API Keys",
        keys,  # read back
    ]

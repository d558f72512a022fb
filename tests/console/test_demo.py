"""What the demo tells of the browser's walks is what the browser did."""

from __future__ import annotations

from collections.abc import Callable

from demo.walk import walks
from tests.console.serving import Client, Estate


def test_the_demo_tells_each_walk_from_the_menu(serve: Callable[..., Client], estate: Estate) -> None:
    client = serve()
    made = client.done("POST", estate.keys, {"description": "shown in the demo"})
    client.done("DELETE", f"{estate.keys}/{made['id']}")
    keys = "    ConnectWise: System > Members > API Members > the member > API Keys"
    assert walks(estate.company) == [
        "    ConnectWise: sign in",
        f"{keys} > + > Save, and both halves are read > API Keys",
        f"{keys} > the old key > Delete > API Keys",
        keys,  # read back
    ]

"""When is something gone? Only when the site says so and its list agrees."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from providers.connectwise.client import ConnectWise
from providers.core.problems import NotThere, RemoteProblem
from tests.unit.providers.connectwise.wire import Api, Reply
from tests.unit.providers.core.loopback import Answer, page, says

NOT_FOUND = says({"code": "NotFound", "message": "not found", "errors": None}, 404)
ROW = {"id": 5, "name": "Umbrella", "identifier": "Umbrella"}

Serve = Callable[[dict[str, Reply]], Api]


@pytest.fixture
def serve() -> Iterator[Serve]:
    with ExitStack() as stack:
        yield lambda replies: stack.enter_context(Api(replies))


class Kind:
    def __init__(self, path: str, look: Callable[[ConnectWise], Any]) -> None:
        self.path = path
        self.look = look


KINDS = pytest.mark.parametrize(
    "kind",
    [
        Kind("/system/securityroles", lambda client: client.role(5)),
        Kind("/system/apiMembers", lambda client: client.member(5)),
    ],
    ids=["role", "member"],
)


@KINDS
def test_what_is_there_is_found(kind: Kind, serve: Serve) -> None:
    api = serve({f"GET {kind.path}/5": says(ROW)})
    assert kind.look(api.client()).id == 5


@KINDS
def test_gone_is_what_the_site_calls_unknown_and_its_list_does_not_show(kind: Kind, serve: Serve) -> None:
    api = serve({f"GET {kind.path}/5": NOT_FOUND, f"GET {kind.path}": says([])})
    assert kind.look(api.client()) is None
    assert api.calls("GET", kind.path)[-1].query["conditions"] == "id = 5"


@KINDS
def test_what_the_list_still_shows_is_not_gone(kind: Kind, serve: Serve) -> None:
    api = serve({f"GET {kind.path}/5": NOT_FOUND, f"GET {kind.path}": says([{**ROW, "id": 4}, ROW])})
    assert kind.look(api.client()).id == 5


@KINDS
@pytest.mark.parametrize(
    "listed",
    [
        page("<html>busy</html>", 200),
        says({"code": "x", "message": "y"}, 401),
        says({"code": "x", "message": "y"}, 403),
        NOT_FOUND,
        says(None),
        says([{"id": 5}], cut=True),
    ],
)
def test_a_list_that_cannot_be_read_proves_nothing(kind: Kind, listed: Answer, serve: Serve) -> None:
    api = serve({f"GET {kind.path}/5": NOT_FOUND, f"GET {kind.path}": listed})
    with pytest.raises(RemoteProblem):
        kind.look(api.client())


@KINDS
@pytest.mark.parametrize(
    "answer",
    [page("<html>404</html>", 404), Answer(404, b""), says({"detail": "x"}, 404), says({"code": "x"}, 410)],
)
def test_a_404_that_is_not_the_sites_own_is_an_error(kind: Kind, answer: Answer, serve: Serve) -> None:
    api = serve({f"GET {kind.path}/5": answer, f"GET {kind.path}": says([])})
    with pytest.raises(RemoteProblem) as caught:
        kind.look(api.client())
    assert not isinstance(caught.value, NotThere)


def test_deleting_what_is_not_there_is_told_apart_from_any_other_refusal(serve: Serve) -> None:
    in_use = says(
        {"code": "InvalidObject", "message": "invalid", "errors": [{"field": "id", "message": "in use"}]}, 400
    )
    api = serve({"DELETE /system/securityroles/5": [NOT_FOUND, NOT_FOUND, in_use, page("x", 404), page("x", 404)]})
    client = api.client()
    with pytest.raises(NotThere):
        client.delete_role(5)
    with pytest.raises(RemoteProblem, match="id: in use"):
        for _ in range(2):
            try:
                client.delete_role(5)
            except NotThere:
                continue
    with pytest.raises(RemoteProblem) as caught:
        client.delete_role(5)
    assert not isinstance(caught.value, NotThere)

"""When is something gone? Only when the site says so and its list agrees."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from providers.connectwise.client import ConnectWise
from providers.core.errors import NotFound, RemoteError
from tests.unit.providers.connectwise.wire import Api, Reply
from tests.unit.providers.core.loopback import Answer, make_page, make_reply

NOT_FOUND = make_reply({"code": "NotFound", "message": "not found", "errors": None}, 404)
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
        Kind("/system/securityroles", lambda client: client.get_role(5)),
        Kind("/system/apiMembers", lambda client: client.get_member(5)),
    ],
    ids=["role", "member"],
)


@KINDS
def test_what_is_there_is_found(kind: Kind, serve: Serve) -> None:
    api = serve({f"GET {kind.path}/5": make_reply(ROW)})
    assert kind.look(api.make_client()).id == 5


@KINDS
def test_gone_is_what_the_site_calls_unknown_and_its_list_does_not_show(kind: Kind, serve: Serve) -> None:
    api = serve({f"GET {kind.path}/5": NOT_FOUND, f"GET {kind.path}": make_reply([])})
    assert kind.look(api.make_client()) is None
    assert api.list_calls("GET", kind.path)[-1].query["conditions"] == "id = 5"


@KINDS
def test_what_the_list_still_shows_is_not_gone(kind: Kind, serve: Serve) -> None:
    api = serve({f"GET {kind.path}/5": NOT_FOUND, f"GET {kind.path}": make_reply([{**ROW, "id": 4}, ROW])})
    assert kind.look(api.make_client()).id == 5


@KINDS
@pytest.mark.parametrize(
    "listed",
    [
        make_page("<html>busy</html>", 200),
        make_reply({"code": "x", "message": "y"}, 401),
        make_reply({"code": "x", "message": "y"}, 403),
        NOT_FOUND,
        make_reply(None),
        make_reply([{"id": 5}], cut=True),
    ],
)
def test_a_list_that_cannot_be_read_proves_nothing(kind: Kind, listed: Answer, serve: Serve) -> None:
    api = serve({f"GET {kind.path}/5": NOT_FOUND, f"GET {kind.path}": listed})
    with pytest.raises(RemoteError):
        kind.look(api.make_client())


@KINDS
@pytest.mark.parametrize(
    "answer",
    [
        make_page("<html>404</html>", 404),
        Answer(404, b""),
        make_reply({"detail": "x"}, 404),
        make_reply({"code": "x"}, 410),
    ],
)
def test_a_404_that_is_not_the_sites_own_is_an_error(kind: Kind, answer: Answer, serve: Serve) -> None:
    api = serve({f"GET {kind.path}/5": answer, f"GET {kind.path}": make_reply([])})
    with pytest.raises(RemoteError) as caught:
        kind.look(api.make_client())
    assert not isinstance(caught.value, NotFound)


def test_deleting_what_is_not_there_is_told_apart_from_any_other_refusal(serve: Serve) -> None:
    in_use = make_reply(
        {"code": "InvalidObject", "message": "invalid", "errors": [{"field": "id", "message": "in use"}]}, 400
    )
    api = serve(
        {"DELETE /system/securityroles/5": [NOT_FOUND, NOT_FOUND, in_use, make_page("x", 404), make_page("x", 404)]}
    )
    client = api.make_client()
    with pytest.raises(NotFound):
        client.delete_role(5)
    with pytest.raises(RemoteError, match="id: in use"):
        for _ in range(2):
            try:
                client.delete_role(5)
            except NotFound:
                continue
    with pytest.raises(RemoteError) as caught:
        client.delete_role(5)
    assert not isinstance(caught.value, NotFound)

"""Lists are read to their end, however the site offers the next page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from providers.connectwise.client import PAGE_SIZE
from providers.core.errors import RemoteError
from tests.unit.providers.connectwise.wire import BASE, Api, Reply
from tests.unit.providers.core.loopback import Answer, SecretVersion, make_page, make_reply

LOCATIONS = "/system/locations"

Serve = Callable[[Reply], Api]


@pytest.fixture
def serve() -> Iterator[Serve]:
    with ExitStack() as stack:
        yield lambda reply: stack.enter_context(Api({f"GET {LOCATIONS}": reply}))


def make_rows(start: int, stop: int) -> list[dict[str, object]]:
    return [{"id": number, "name": f"Location {number}"} for number in range(start, stop)]


def list_ids(api: Api) -> list[int | None]:
    return [entry.id for entry in api.make_client().list_catalogue(LOCATIONS)]


def link(api: Api, query: str, rel: str = "next") -> str:
    return f'<{api.url}{BASE}{LOCATIONS}?{query}>; rel="{rel}"'


def test_forward_only_pages_are_followed_by_their_links(serve: Serve) -> None:
    def reply(seen: SecretVersion) -> Answer:
        after = int(seen.query.get("pageId", 0))
        page = make_rows(after + 1, after + 3)
        return make_reply(page, Link=link(api, f"pageId={after + 2}&pageSize=1000")) if after < 6 else make_reply(page)

    api = serve(reply)
    assert list_ids(api) == list(range(1, 9))
    assert {seen.headers.get("pagination-type") for seen in api.list_calls("GET")} == {"forward-only"}
    assert len(api.list_calls("GET")) == 4


def test_a_relative_link_among_others_is_followed(serve: Serve) -> None:
    def reply(seen: SecretVersion) -> Answer:
        if seen.query.get("page") == "2":
            return make_reply(make_rows(2, 3), Link=link(api, "page=1", "first") + ", " + link(api, "page=1", "prev"))
        relative = f'<{BASE}{LOCATIONS}?page=2&a=1,2;3>; rel="next", ' + link(api, "page=2", "last")
        return make_reply(make_rows(1, 2), Link=relative)

    api = serve(reply)
    assert list_ids(api) == [1, 2]
    assert api.list_calls("GET")[1].query == {"page": "2", "a": "1,2;3"}


def test_where_no_link_is_offered_full_pages_are_counted(serve: Serve) -> None:
    def reply(seen: SecretVersion) -> Answer:
        first = (int(seen.query.get("page", 1)) - 1) * PAGE_SIZE + 1
        return make_reply(make_rows(first, min(first + PAGE_SIZE, 2 * PAGE_SIZE + 6)))

    api = serve(reply)
    assert list_ids(api) == list(range(1, 2 * PAGE_SIZE + 6))
    assert [seen.query.get("page") for seen in api.list_calls("GET")] == [None, "2", "3"]
    # A counted page is a classic page: asked for together, the two ways of paging contradict each other.
    assert [seen.headers.get("pagination-type") for seen in api.list_calls("GET")] == ["forward-only", None, None]


def test_a_list_that_ends_with_a_full_page_costs_one_empty_page(serve: Serve) -> None:
    api = serve(lambda seen: make_reply(make_rows(1, PAGE_SIZE + 1) if "page" not in seen.query else []))
    assert len(list_ids(api)) == PAGE_SIZE
    assert len(api.list_calls("GET")) == 2


def test_the_conditions_stay_on_every_page() -> None:
    def reply(seen: SecretVersion) -> Answer:
        first = (int(seen.query.get("page", 1)) - 1) * PAGE_SIZE + 1
        return make_reply(make_rows(first, first + (PAGE_SIZE if first == 1 else 1)))

    with Api({"GET /system/securityroles": reply}) as api:
        api.make_client().find_roles("Umbrella")
        assert [seen.query["conditions"] for seen in api.list_calls("GET")] == ['name = "Umbrella"'] * 2


def test_a_link_to_another_host_is_not_followed_with_our_credentials(serve: Serve) -> None:
    api = serve(make_reply(make_rows(1, 2), Link='<https://evil.example/x>; rel="next"'))
    with pytest.raises(RemoteError, match=r"evil\.example"):
        list_ids(api)
    assert len(api.list_calls("GET")) == 1


def test_a_list_that_goes_round_in_circles_ends_in_an_error(serve: Serve) -> None:
    def reply(seen: SecretVersion) -> Answer:
        return make_reply(make_rows(1, 2), Link=link(api, "pageId=1"))

    api = serve(reply)
    with pytest.raises(RemoteError, match=r"does not end after 100 pages; the answer was ignored"):
        list_ids(api)
    assert len(api.list_calls("GET")) == 100


@pytest.mark.parametrize(
    "broken", [make_page("<html>", 200), make_reply([{"id": 3}], cut=True), make_reply({}, 500), make_reply(None)]
)
def test_a_list_that_breaks_off_is_an_error_and_not_a_shorter_list(broken: Answer, serve: Serve) -> None:
    api = serve(lambda seen: broken if seen.query else make_reply([]))
    api.replies[f"GET {LOCATIONS}"] = lambda seen: (
        broken if "pageId" in seen.query else make_reply(make_rows(1, 3), Link=link(api, "pageId=2"))
    )
    with pytest.raises(RemoteError):
        list_ids(api)
    # Nor is half of it remembered.
    api.replies[f"GET {LOCATIONS}"] = make_reply(make_rows(1, 5))
    assert list_ids(api) == [1, 2, 3, 4]

"""Lists are read to their end, however the site offers the next page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from providers.connectwise.site import PAGE_SIZE
from providers.core.errors import RemoteError
from tests.unit.providers.connectwise.wire import BASE, Api, Reply
from tests.unit.providers.core.loopback import Answer, SeenRequest, make_page, make_reply

LOCATIONS = "/system/locations"

Serve = Callable[[Reply], Api]


@pytest.fixture
def serve() -> Iterator[Serve]:
    with ExitStack() as stack:
        yield lambda reply: stack.enter_context(Api({f"GET {LOCATIONS}": reply}, link=False))


def make_rows(start: int, stop: int) -> list[dict[str, object]]:
    return [{"id": number, "name": f"Location {number}"} for number in range(start, stop)]


def list_ids(api: Api) -> list[int | None]:
    return [entry.id for entry in api.make_client().list_catalogue(LOCATIONS)]


def link(api: Api, query: str, rel: str = "next") -> str:
    return f'<{api.url}{BASE}{LOCATIONS}?{query}>; rel="{rel}"'


def test_forward_only_pages_are_followed_by_their_links(serve: Serve) -> None:
    def reply(seen: SeenRequest) -> Answer:
        after = int(seen.query.get("pageId", 0))
        page = make_rows(after + 1, after + 3)
        return make_reply(page, Link=link(api, f"pageId={after + 2}&pageSize=1000")) if after < 6 else make_reply(page)

    api = serve(reply)
    assert list_ids(api) == list(range(1, 9))
    assert {seen.headers.get("pagination-type") for seen in api.list_calls("GET")} == {"forward-only"}
    assert len(api.list_calls("GET")) == 4


def test_a_relative_link_among_others_is_followed(serve: Serve) -> None:
    def reply(seen: SeenRequest) -> Answer:
        if seen.query.get("page") == "2":
            return make_reply(make_rows(2, 3), Link=link(api, "page=1", "first") + ", " + link(api, "page=1", "prev"))
        relative = f'<{BASE}{LOCATIONS}?page=2&a=1,2;3>; rel="next", ' + link(api, "page=2", "last")
        return make_reply(make_rows(1, 2), Link=relative)

    api = serve(reply)
    assert list_ids(api) == [1, 2]
    assert api.list_calls("GET")[1].query == {"page": "2", "a": "1,2;3"}


def test_where_no_link_is_offered_full_pages_are_counted(serve: Serve) -> None:
    def reply(seen: SeenRequest) -> Answer:
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
    def reply(seen: SeenRequest) -> Answer:
        first = (int(seen.query.get("page", 1)) - 1) * PAGE_SIZE + 1
        return make_reply(make_rows(first, first + (PAGE_SIZE if first == 1 else 1)))

    with Api({"GET /system/securityroles": reply}, link=False) as api:
        api.make_client().find_roles("Umbrella")
        assert [seen.query["conditions"] for seen in api.list_calls("GET")] == ['name = "Umbrella"'] * 2


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://na.myconnectwise.net", "https://10.0.0.7:8443", "//evil.example", ""]
)
def test_a_link_names_the_host_that_the_server_sees_and_is_asked_for_where_we_were_sent(
    origin: str, serve: Serve
) -> None:
    def reply(seen: SeenRequest) -> Answer:
        if "pageId" in seen.query:
            return make_reply(make_rows(2, 3), Link="")
        target = f"{origin}{BASE}{LOCATIONS}?pageSize=1000&pageId=1&conditions=name%3D%22a%20b%22"
        return make_reply(make_rows(1, 2), Link=f'<{target}>; rel="next"')

    api = serve(reply)
    assert list_ids(api) == [1, 2]
    second = api.list_calls("GET")[1]
    assert second.query == {"pageSize": "1000", "pageId": "1", "conditions": 'name="a b"'}
    assert second.headers["authorization"].startswith("Basic ")
    assert second.headers["host"] == api.url.removeprefix("http://")


def test_a_link_that_is_always_there_costs_one_empty_page(serve: Serve) -> None:
    def reply(seen: SeenRequest) -> Answer:
        return make_reply([] if "pageId" in seen.query else make_rows(1, 4), Link=link(api, "pageId=3&pageSize=1000"))

    api = serve(reply)
    assert list_ids(api) == [1, 2, 3]
    assert len(api.list_calls("GET")) == 2


def test_a_link_that_repeats_the_same_short_page_ends_the_list(serve: Serve) -> None:
    """Rows without an id have nothing that a next page could begin after."""
    api = serve(lambda seen: make_reply(make_rows(1, 4), Link=link(api, "pageId=0&pageSize=1000")))
    assert list_ids(api) == [1, 2, 3]
    assert len(api.list_calls("GET")) == 2


@pytest.mark.parametrize("most", [1, 3, 25, 100])
def test_a_short_page_without_a_link_may_be_all_that_a_site_gives_at_once(most: int, serve: Serve) -> None:
    def reply(seen: SeenRequest) -> Answer:
        first = (int(seen.query.get("page", 1)) - 1) * most + 1
        return make_reply(make_rows(first, min(first + most, 2 * most + 2)))

    api = serve(reply)
    assert list_ids(api) == list(range(1, 2 * most + 2))


def test_a_site_that_ignores_pages_gives_its_list_once(serve: Serve) -> None:
    api = serve(make_reply(make_rows(1, 4)))
    assert list_ids(api) == [1, 2, 3]
    assert len(api.list_calls("GET")) == 2


@pytest.mark.parametrize(
    ("words", "largest"),
    [
        ("The field pageSize must be between 1 and 100.", 100),
        ("pageSize 1000 is too large, at most 250", 250),
        ("Maximum page size is 50.", 50),
        ("pagesize is too large", 100),
        ("The field pageSize must be between 1 and 1000 where the version is 2025.1.", 100),
    ],
)
def test_a_largest_page_that_a_site_names_is_obeyed_and_kept_to(words: str, largest: int, serve: Serve) -> None:
    detail = {"code": "OutOfRange", "message": words, "resource": "pageSize", "field": "pageSize"}
    refusal = make_reply({"code": "InvalidObject", "message": "pageSize object is invalid", "errors": [detail]}, 400)

    def reply(seen: SeenRequest) -> Answer:
        after, size = int(seen.query.get("pageId", 0)), int(seen.query["pageSize"])
        if size > largest:
            return refusal
        page = make_rows(after + 1, min(after + size, 270) + 1)
        return make_reply(page, Link=link(api, f"pageId={after + size}&pageSize={size}") if after + size < 270 else "")

    api = serve(reply)
    client = api.make_client()
    assert [entry.id for entry in client.list_catalogue(LOCATIONS)] == list(range(1, 271))
    api.replies["GET /system/departments"] = make_reply([{"id": 1}], Link="")
    client.list_catalogue("/system/departments")
    assert [seen.query["pageSize"] for seen in api.list_calls("GET", "/system/departments")] == [str(largest)]


def test_a_site_that_takes_no_page_of_any_size_is_an_error(serve: Serve) -> None:
    api = serve(make_reply({"code": "InvalidObject", "message": "pageSize is not known", "errors": None}, 400))
    with pytest.raises(RemoteError, match="pageSize is not known"):
        list_ids(api)
    assert len(api.list_calls("GET")) == 2


def test_a_list_that_goes_round_in_circles_ends_in_an_error(serve: Serve) -> None:
    def reply(seen: SeenRequest) -> Answer:
        odd = seen.query.get("pageId") == "1"
        return make_reply(make_rows(1 + odd, 2 + odd), Link=link(api, "pageId=2" if odd else "pageId=1"))

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


SCREENS = "/system/setupScreens"


@pytest.mark.parametrize(
    ("wanted", "pages"),
    [(["service/priority"], 1), (["Service / Priority", "Service / Service Board"], 2), (["No / Such"], 3), ([], 3)],
    ids=["on the first page", "on the second", "nowhere", "everything"],
)
def test_setup_tables_are_read_until_those_that_are_looked_for_are_found(wanted: list[str], pages: int) -> None:
    rows = [{"category": "Service", "name": "Priority"}, {"category": "Service", "name": "Service Board"}]
    replies = {f"GET {SCREENS}": [*(make_reply([row]) for row in rows), make_reply([])]}
    with Api(replies, link=False) as api:  # type: ignore[arg-type]
        client = api.make_client()
        for _ in range(2):
            labels = client.list_setup_tables(wanted)
        assert len(api.list_calls("GET", SCREENS)) == pages
    assert labels == ["Service / Priority", "Service / Service Board"][:pages]

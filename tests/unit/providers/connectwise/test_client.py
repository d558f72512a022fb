"""The REST client on the wire: one typed method per call, an answer that went wrong is ignored."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from pydantic import SecretStr

from providers.connectwise.client import ConnectWise
from providers.core.errors import (
    NotFound,
    OutcomeUnknown,
    PermissionDenied,
    ProviderError,
    RemoteError,
    Unauthenticated,
)
from tests.unit.providers.connectwise.wire import Api, Reply
from tests.unit.providers.core.loopback import LOST, Answer, make_page, make_reply

ROLES, MEMBERS = "/system/securityroles", "/system/apiMembers"
ROLE = {"id": 5, "name": "Umbrella", "adminFlag": False, "inactiveFlag": None, "_info": {"updatedBy": "PSAProvision"}}
MEMBER = {"id": 7, "identifier": "Umbrella", "name": "Cisco Umbrella", "securityRole": {"id": 5, "name": "Umbrella"}}
SETTING = {"id": 1, "moduleName": "Companies", "moduleFunctionName": "Reports", "inquireLevel": "All"}

Serve = Callable[[dict[str, Reply]], Api]


@pytest.fixture
def serve() -> Iterator[Serve]:
    with ExitStack() as stack:
        yield lambda replies: stack.enter_context(Api(replies))


def test_every_request_is_signed_in_as_company_and_key(serve: Serve) -> None:
    api = serve({f"GET {ROLES}/5": make_reply(ROLE)})
    api.make_client().get_role(5)
    kind, _, value = api.list_calls("GET")[0].headers["authorization"].partition(" ")
    assert (kind, b64decode(value).decode()) == ("Basic", "acme+Public:s3cr3t-value")


def test_another_key_signs_in_as_itself_at_the_same_site(serve: Serve) -> None:
    api = serve({"GET /system/mySecurity": make_reply([SETTING])})
    client = api.make_client()
    client.list_my_security()
    client.sign_in_as("Other", SecretStr("0ther-private")).list_my_security()
    signed = [b64decode(seen.headers["authorization"][6:]).decode() for seen in api.list_calls("GET")]
    assert signed == ["acme+Public:s3cr3t-value", "acme+Other:0ther-private"]
    assert len(api.asked("GET", "/login/")) == 1


def test_a_role_is_found_by_name_however_it_is_capitalised_and_only_by_its_whole_name(serve: Serve) -> None:
    rows = [ROLE, {**ROLE, "id": 6, "name": "UMBRELLA"}, {**ROLE, "id": 7, "name": "Umbrella 2"}]
    api = serve({f"GET {ROLES}": make_reply(rows)})
    assert [role.id for role in api.make_client().find_roles("umbrella")] == [5, 6]
    assert api.list_calls("GET")[0].query == {"conditions": 'name = "umbrella"', "pageSize": "1000"}


@pytest.mark.parametrize("name", ['x" or name like "%', "x' or 1=1 or name = 'y", "x and id > 0", "100%", "a&b=c", "ü"])
def test_a_name_stays_inside_its_quotes_or_is_not_sent_at_all(name: str, serve: Serve) -> None:
    api = serve({f"GET {ROLES}": make_reply([]), f"GET {MEMBERS}": make_reply([])})
    client = api.make_client()
    for look, field in ((client.find_roles, "name"), (client.find_members, "identifier")):
        try:
            look(name)
        except ProviderError:
            continue
        condition = api.list_calls("GET")[-1].query["conditions"]
        quote = condition[len(field) + 3]
        assert condition == f"{field} = {quote}{name}{quote}"
        assert quote not in name
        assert set(api.list_calls("GET")[-1].query) == {"conditions", "pageSize"}


def test_nothing_is_looked_up_twice_until_something_is_written(serve: Serve) -> None:
    api = serve(
        {
            f"GET {ROLES}": make_reply([ROLE]),
            f"POST {ROLES}": make_reply(ROLE, 201),
            f"DELETE {ROLES}/5": Answer(204),
            f"GET {MEMBERS}": make_reply([MEMBER]),
            f"PATCH {MEMBERS}/7": make_reply(MEMBER),
        }
    )
    client = api.make_client()
    for _ in range(2):
        client.find_roles("Umbrella")
        client.find_members("Umbrella")
    assert len(api.list_calls("GET")) == 2
    client.create_role("Umbrella")
    client.find_roles("Umbrella")
    client.delete_role(5)
    client.find_roles("Umbrella")
    client.patch_member(7, {"name": "x"})
    client.find_members("Umbrella")
    assert len(api.list_calls("GET")) == 5


def test_a_role_is_made_from_its_name_alone(serve: Serve) -> None:
    api = serve({f"POST {ROLES}": make_reply(ROLE, 201)})
    assert api.make_client().create_role("Umbrella").id == 5
    assert api.list_calls("POST")[0].json() == {"name": "Umbrella"}


def test_an_update_is_an_array_of_operations(serve: Serve) -> None:
    api = serve({f"PATCH {MEMBERS}/7": make_reply(MEMBER)})
    assert api.make_client().patch_member(7, {"name": "X", "securityRole": {"id": 5}, "inactiveFlag": False}).id == 7
    assert api.list_calls("PATCH")[0].json() == [
        {"op": "replace", "path": "name", "value": "X"},
        {"op": "replace", "path": "securityRole", "value": {"id": 5}},
        {"op": "replace", "path": "inactiveFlag", "value": False},
    ]


def test_members_of_both_kinds_that_are_active_have_a_role(serve: Serve) -> None:
    people = [{"identifier": "JDoe", "inactiveFlag": False}, {"identifier": "LGone", "inactiveFlag": True}]
    api = serve(
        {
            f"GET {MEMBERS}": make_reply([MEMBER]),
            "GET /system/members": make_reply([*people, {"identifier": "Umbrella"}]),
        }
    )
    assert api.make_client().list_active_members(5) == ["JDoe", "Umbrella"]
    assert {seen.query["conditions"] for seen in api.list_calls("GET")} == {"securityRole/id = 5"}


REFUSED = make_reply(
    {"code": "ApiFindCondition", "message": "securityRole/id is not a recognized name.", "errors": None}, 400
)


@pytest.mark.parametrize("paths", [[MEMBERS], ["/system/members"], [MEMBERS, "/system/members"]])
def test_where_a_site_refuses_the_condition_the_whole_list_is_compared(paths: list[str], serve: Serve) -> None:
    ours, other = {"securityRole": {"id": 5}}, {"securityRole": {"id": 6}}
    rows: dict[str, list[dict[str, Any]]] = {
        MEMBERS: [{"identifier": "Ours", **ours}, {"identifier": "Api", **other}],
        "/system/members": [
            {"identifier": "JDoe", **ours},
            {"identifier": "LGone", **ours, "inactiveFlag": True},
            {"identifier": "Boss", **other},
            {"identifier": "Silent", "securityRole": None},  # may have any role, so it counts
        ],
    }

    def answer(path: str) -> Reply:
        if path not in paths:
            return make_reply([row for row in rows[path] if row["securityRole"] != {"id": 6}])
        return lambda seen: REFUSED if "conditions" in seen.query else make_reply(rows[path])

    api = serve({f"GET {path}": answer(path) for path in rows})
    assert api.make_client().list_active_members(5) == ["JDoe", "Ours", "Silent"]


def test_where_every_condition_is_refused_objects_are_found_all_the_same(serve: Serve) -> None:
    def refuse(rows: list[dict[str, Any]]) -> Reply:
        return lambda seen: REFUSED if "conditions" in seen.query else make_reply(rows)

    others = [{"id": 1, "name": "Admin", "identifier": "Admin"}]
    api = serve({f"GET {ROLES}": refuse([*others, ROLE]), f"GET {MEMBERS}": refuse([*others, MEMBER])})
    client = api.make_client()
    assert [role.id for role in client.find_roles("Umbrella")] == [5]
    assert [member.id for member in client.find_members("Umbrella")] == [7]
    # The object itself is a 404 here; what the list shows is not gone, and what it lacks is.
    assert client.get_role(5) is not None
    assert client.get_role(4) is None
    assert client.get_member(7) is not None
    assert client.get_member(4) is None


@pytest.mark.parametrize("answer", [make_page("blocked", 400), make_reply({"code": "Forbidden"}, 403)])
def test_what_is_no_refusal_of_the_condition_is_not_asked_again_without_it(answer: Answer, serve: Serve) -> None:
    api = serve({f"GET {ROLES}": answer})
    with pytest.raises(RemoteError):
        api.make_client().find_roles("Umbrella")
    assert len(api.list_calls("GET")) == 1


def test_names_of_a_site_reach_nobody_with_what_a_terminal_obeys(serve: Serve) -> None:
    role = {"id": 5, "name": "Umbrella\x1b[2J\n", "_info": {"updatedBy": "J\u202eDoe" + "x" * 300}}
    api = serve(
        {
            f"GET {ROLES}": make_reply([role]),
            f"GET {ROLES}/5": make_reply(role),
            "GET /system/locations": make_reply([{"id": 1, "name": "Rome\x9b0m"}]),
            "GET /system/setupScreens": make_reply([{"category": "Service", "name": "Pri\u2066ority"}]),
        }
    )
    client = api.make_client()
    found = client.get_role(5)
    assert found is not None
    assert found.name == "Umbrella [2J "
    assert found.info.updatedBy == "J Doe" + "x" * 194 + "…"
    assert [entry.name for entry in client.list_catalogue("/system/locations")] == ["Rome 0m"]
    assert client.list_setup_tables() == ["Service / Pri ority"]


def test_own_rights_are_asked_once_a_run_and_a_new_keys_rights_each_time(serve: Serve) -> None:
    me = {"member": {"id": 1, "identifier": "PSAProvision"}}
    api = serve({"GET /system/mySecurity": make_reply([SETTING, {**SETTING, **me}])})
    client = api.make_client()
    assert client.get_own_identifier() == client.get_own_identifier() == "PSAProvision"
    assert (client.list_own_rights() or [])[0].inquireLevel == "All"
    assert len(api.list_calls("GET")) == 1
    client.list_my_security()
    assert len(api.list_calls("GET")) == 2


def test_who_we_are_may_be_unknown(serve: Serve) -> None:
    assert serve({"GET /system/mySecurity": make_reply([SETTING])}).make_client().get_own_identifier() == ""


NO_ENDPOINT = make_reply({"code": "ConnectWiseApi", "message": "The endpoint does not exist."}, 404)
INFO = "GET /system/info"


def test_a_site_without_my_security_signs_a_key_in_by_its_info_and_is_asked_in_vain_once(serve: Serve) -> None:
    api = serve({"GET /system/mySecurity": NO_ENDPOINT, INFO: make_reply({"version": "v2025.1"})})
    client = api.make_client()
    assert client.list_own_rights() is None
    assert client.list_my_security() is None
    assert client.can_sign_in("Public", SecretStr("x"))
    asked = [call.path.rpartition("/")[2] for call in api.list_calls("GET")]
    assert (asked.count("mySecurity"), asked.count("info")) == (1, 3)


def test_at_such_a_site_a_refused_key_is_dead_and_another_refusal_says_nothing_of_it(serve: Serve) -> None:
    refusal = make_reply({"code": "Unauthorized", "message": "no", "errors": None}, 401)
    answers = [refusal, make_reply({}), make_reply({"code": "NotFound", "message": "not here"}, 404)]
    api = serve({"GET /system/mySecurity": NO_ENDPOINT, INFO: answers})
    client = api.make_client()
    assert not client.can_sign_in("Other", SecretStr("x"))
    with pytest.raises(NotFound, match="not here"):
        client.can_sign_in("Another", SecretStr("x"))


@pytest.mark.parametrize(
    "answer",
    [
        make_page("<html>not here</html>", 404),
        make_reply({"code": "NotFound", "message": "The object was not found."}, 404),
        make_reply({"message": "The endpoint does not exist."}, 404),
    ],
)
def test_a_404_in_other_words_than_the_sites_own_is_no_such_site(answer: Answer, serve: Serve) -> None:
    api = serve({"GET /system/mySecurity": answer, INFO: make_reply({})})
    with pytest.raises(RemoteError):
        api.make_client().list_my_security()
    assert api.list_calls("GET", "/system/info") == []


def test_only_the_list_of_tables_may_be_missing(serve: Serve) -> None:
    replies = {"GET /system/mySecurity": make_reply([SETTING]), "GET /system/mySecurity/customizeItems/": NO_ENDPOINT}
    client = serve(dict(replies)).make_client()
    assert client.list_my_items() is None
    assert client.list_my_security()


def test_who_we_are_is_what_an_object_says_that_we_changed(serve: Serve) -> None:
    """And nothing before: an object that is there already may be anybody's."""
    theirs, ours = {**ROLE, "_info": {"updatedBy": "HumanAdmin"}}, {**ROLE, "_info": {"updatedBy": "PSAProvision"}}
    api = serve(
        {
            "GET /system/mySecurity": NO_ENDPOINT,
            INFO: make_reply({}),
            f"GET {ROLES}/5": make_reply(theirs),
            f"POST {ROLES}": [make_reply({**ROLE, "_info": None}, 201), make_reply(ours, 201)],
        }
    )
    client = api.make_client()
    client.get_role(5)
    client.create_role("Umbrella")
    assert client.get_own_identifier() == ""
    client.create_role("Umbrella")
    assert client.get_own_identifier() == "PSAProvision"
    assert client.sign_in_as("Other", SecretStr("x")).get_own_identifier() == ""


def test_what_a_key_may_use_is_told_by_function(serve: Serve) -> None:
    rows = [
        {"id": 1, "customizeIdentifier": "SystemTableSetup", "itemIdentifier": "ServicePriority"},
        {"id": 2, "customizeIdentifier": "ServiceReports", "itemIdentifier": "Other"},
        {"id": 3, "customizeIdentifier": "NoSuchFunction", "itemIdentifier": "Another"},
        {"id": 4, "customizeIdentifier": None, "itemIdentifier": None},
    ]
    api = serve({"GET /system/mySecurity/customizeItems/": make_reply(rows)})
    items = api.make_client().list_my_items()
    assert items is not None and len(items) == 18
    assert {function: labels for function, labels in items.items() if labels} == {
        "System / Table Setup": ["ServicePriority"],
        "Service Desk / Reports": ["Other"],
    }


def test_catalogues_screens_and_defaults_are_asked_once(serve: Serve) -> None:
    api = serve(
        {
            "GET /system/setupScreens": make_reply([{"category": "Service", "name": "Priority"}]),
            "GET /system/locations": make_reply([{"id": 1, "name": "Rome Office"}]),
            f"GET {MEMBERS}/default": make_reply({"timeZone": {"id": 1}}),
        }
    )
    client = api.make_client()
    for _ in range(2):
        assert client.list_setup_tables() == ["Service / Priority"]
        assert [entry.name for entry in client.list_catalogue("/system/locations")] == ["Rome Office"]
        assert client.get_default_member() == {"timeZone": {"id": 1}}
    assert len(api.list_calls("GET")) == 3


def test_some_role_is_enough_to_see_all_functions(serve: Serve) -> None:
    api = serve({f"GET {ROLES}": [make_reply([ROLE]), make_reply([])]})
    client = api.make_client()
    assert client.find_any_role() is not None
    assert client.find_any_role() is None


def test_a_write_whose_answer_is_lost_is_not_sent_again(serve: Serve) -> None:
    api = serve({f"POST {ROLES}": LOST})
    with pytest.raises(OutcomeUnknown) as caught:
        api.make_client().create_role("Umbrella")
    assert caught.value.sent
    assert len(api.list_calls("POST")) == 1


@pytest.mark.parametrize(("status", "kind"), [(401, Unauthenticated), (403, PermissionDenied), (500, RemoteError)])
def test_a_refusal_names_the_settings_or_the_right_and_never_the_private_half(
    status: int, kind: type[ProviderError], serve: Serve
) -> None:
    body = {"code": "X", "message": "you sent s3cr3t-value", "errors": None}
    api = serve({f"POST {ROLES}": make_reply(body, status)})
    with pytest.raises(kind) as caught:
        api.make_client().create_role("Umbrella")
    words = {401: "connectwise:privateKey", 403: "System / Security Roles: add = All", 500: "HTTP 500"}
    assert words[status] in str(caught.value)


def ask_role(client: ConnectWise) -> Any:
    return client.get_role(5)


def ask_settings(client: ConnectWise) -> Any:
    return client.list_role_settings(5)


@pytest.mark.parametrize(
    "answer",
    [
        make_reply(None),
        make_reply({}),
        make_reply([1]),
        make_reply("x"),
        make_reply([{"id": "x"}]),
        make_page("<html>Sign in</html>"),
        Answer(200, b"[{"),
    ],
)
@pytest.mark.parametrize("ask", [ask_role, ask_settings])
def test_a_malformed_answer_is_an_error_and_never_gone(
    answer: Answer, ask: Callable[[ConnectWise], Any], serve: Serve
) -> None:
    api = serve({f"GET {ROLES}/5": answer, "GET /system/securityRoles/5/settings": answer})
    with pytest.raises(RemoteError) as caught:
        ask(api.make_client())
    assert not isinstance(caught.value, NotFound)


def test_a_role_without_a_single_row_is_an_answer_that_went_wrong(serve: Serve) -> None:
    api = serve({"GET /system/securityRoles/5/settings": make_reply([])})
    with pytest.raises(RemoteError, match="without a single row; the answer was ignored"):
        api.make_client().list_role_settings(5)


def test_a_site_that_says_a_secret_back_is_not_quoted(serve: Serve) -> None:
    api = serve({f"POST {ROLES}": make_reply({"code": "X", "message": "you sent s3cr3t-value", "errors": None}, 500)})
    with pytest.raises(RemoteError) as caught:
        api.make_client().create_role("Umbrella")
    assert "s3cr3t-value" not in str(caught.value)

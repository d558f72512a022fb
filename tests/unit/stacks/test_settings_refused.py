"""Wrong settings: each told in a sentence with its key, the problem and the fix, all of them at once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from providers.core.configuration import to_environment_name
from providers.core.settings import SettingErrors
from stacks.settings import read_tenant
from tests.unit.stacks.configuration import PLAIN, SECRET, read_errors, read_settings

REQUIRED = [
    "connectwise:site",
    "connectwise:companyId",
    "connectwise:publicKey",
    "umbrella:console",
    "umbrella:consoleId",
]
REQUIRED_SECRETS = ["connectwise:clientId", "connectwise:privateKey"]

MEMBER_ID = "must have no dots, and blanks only inside: ConnectWise takes no others in a member id."


@pytest.mark.parametrize("key", REQUIRED)
def test_a_missing_setting_is_told_with_how_to_set_it(key: str) -> None:
    (sentence,) = read_errors({key: None})
    assert sentence.startswith(f"{key}: is required (")
    assert sentence.endswith(f"); set it with `pulumi config set {key}` or as {to_environment_name(key)}.")


@pytest.mark.parametrize("key", REQUIRED_SECRETS)
def test_a_missing_secret_is_told_to_be_set_as_one(key: str) -> None:
    (sentence,) = read_errors({key: None})
    assert f"`pulumi config set --secret {key}`" in sentence


@pytest.mark.parametrize(
    "key", ["connectwise:gatewayUrl", "connectwise:gatewayToken", "umbrella:gatewayUrl", "umbrella:gatewayToken"]
)
def test_a_gateway_wants_its_address_and_token(key: str) -> None:
    how = " --secret" if key.endswith("Token") else ""
    assert read_errors({key: None}) == [
        f"{key}: is required because driver is gateway; set it with `pulumi config set{how}`."
    ]


def test_what_a_driver_wants_is_reported_together_with_what_is_missing() -> None:
    sentences = read_errors(
        {"connectwise:gatewayToken": None, "connectwise:privateKey": None, "connectwise:driver": "gateway"}
    )
    assert [sentence.partition(": ")[0] for sentence in sentences] == [
        "connectwise:privateKey",
        "connectwise:gatewayToken",
    ]


ASSISTED = {"connectwise:driver": "manual", "connectwise:gatewayUrl": None, "connectwise:gatewayToken": None}
PAIR = {"connectwise:manualPublicKey": "Ri6UgO8viXTtwgTs", "connectwise:manualPrivateKey": "s3cr3t-value"}
HANDED_IN = ("connectwise:manualPrivateKey",)


@pytest.mark.parametrize(
    ("lacks", "words"),
    [
        (
            "connectwise:manualPrivateKey",
            "is required because connectwise:manualPublicKey is set, and a pair is handed in whole; set it with "
            "`pulumi config set --secret connectwise:manualPrivateKey`, or remove the other half.",
        ),
        (
            "connectwise:manualPublicKey",
            "is required because connectwise:manualPrivateKey is set, and a pair is handed in whole; set it with "
            "`pulumi config set connectwise:manualPublicKey`, or remove the other half.",
        ),
    ],
)
@pytest.mark.parametrize("blank", [None, "", "  "])
def test_a_pair_is_handed_in_whole(lacks: str, words: str, blank: str | None) -> None:
    if lacks.endswith("PublicKey") and blank == "  ":
        words = "must be the public key: letters and digits only; copy it again, without anything else."
    assert read_errors({**ASSISTED, **PAIR, lacks: blank}, secret=HANDED_IN) == [f"{lacks}: {words}"]


def test_one_half_handed_in_twice_is_refused() -> None:
    twice = dict.fromkeys(PAIR, "Ri6UgO8viXTtwgTs")
    assert read_errors({**ASSISTED, **twice}, secret=HANDED_IN) == [
        "connectwise:manualPrivateKey: is the public half again; hand in the private half that goes with it."
    ]


def test_a_whole_pair_is_taken_and_a_gateway_does_not_mind_what_was_handed_in_before() -> None:
    assert read_settings({**ASSISTED, **PAIR}, secret=HANDED_IN).connectwise.manual_public_key == "Ri6UgO8viXTtwgTs"
    assert read_settings({"connectwise:manualPublicKey": "Ri6UgO8viXTtwgTs"}).connectwise.driver == "gateway"


def test_a_key_that_was_entered_is_named_by_itself() -> None:
    assert read_errors({"umbrella:appliedKey": "done, yesterday"}) == [
        "umbrella:appliedKey: must be the public key, or none: letters and digits only; copy it again, without "
        "anything else."
    ]
    assert read_settings({"umbrella:appliedKey": "none"}).sink.applied_key == "none"


SECRETS = [
    *SECRET,
    "connectwise:manualPrivateKey",
    "umbrella:apiSecret",
    "vault:token",
    "vault:secretId",
]


@pytest.mark.parametrize("key", SECRETS)
def test_a_secret_in_plain_text_is_refused_and_not_shown(key: str) -> None:
    plain = {"umbrella:apiKey": "x"} if key == "umbrella:apiSecret" else {}
    values = {**PLAIN, **SECRET, **plain, key: "s3cr3t-value"}
    with pytest.raises(SettingErrors) as caught:
        read_tenant("acme", values, {other for other in SECRET if other != key}, {})
    assert str(caught.value) == (
        f"{key}: is a secret but is stored as plain text; replace it with `pulumi config set --secret {key}` "
        "(the value on standard input) and consider the old value as known to others."
    )


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        (
            "connectwise:site",
            "http://psa.example.com",
            "must be https: plain http is allowed to loopback addresses only.",
        ),
        ("connectwise:site", "ftp://psa.example.com", "must be a host name or an https URL."),
        (
            "connectwise:gatewayUrl",
            "http://10.0.0.1",
            "must be https: plain http is allowed to loopback addresses only.",
        ),
        ("umbrella:gatewayUrl", "gateway.example.com", "must be a host name or an https URL."),
        (
            "umbrella:apiUrl",
            "http://api.umbrella.com",
            "must be https: plain http is allowed to loopback addresses only.",
        ),
        ("connectwise:driver", "robot", "must be 'gateway' or 'manual'."),
        ("umbrella:console", "msssp", "must be 'msp' or 'mssp'."),
        ("umbrella:adopt", "identical", "must be 'never' or 'any'."),
        ("vault:onDestroy", "forget", "must be 'keep' or 'delete'."),
        ("adopt", "always", "must be 'never', 'identical' or 'any'."),
        (
            "allow",
            '["everything"]',
            "[0] must be 'rights', 'vault', 'own-key', 'foreign-keys', 'shared-role' or 'key-shape'.",
        ),
        ("roleName", "R" * 31, "should have at most 30 characters."),
        ("memberName", "M" * 31, "should have at most 30 characters."),
        ("memberId", "M" * 16, "should have at most 15 characters."),
        ("memberId", "um.brella", MEMBER_ID),
        ("memberId", " umbrella", MEMBER_ID),
        ("memberId", "um\tbrella", MEMBER_ID),
        ("maxAgeDays", "0", "should be 1 or more."),
        ("maxAgeDays", "soon", "must be a whole number."),
        (
            "permissions",
            '{"Service Desk": {"add": "All"}}',
            "'Service Desk' must be written as `<module> / <function>`, such as 'Service Desk / Service Tickets'.",
        ),
        ("permissions", '{"A / B": {"add": "Some"}}', "['A / B']['add'] must be 'None', 'My' or 'All'."),
        ("permissions", '{"A / B": {"write": "All"}}', "['A / B']['write'] is not known."),
        ("permissions", '["A / B"]', "must be a map, each line a name and a value."),
        ("permissions", "A / B: {add: All}", "is not well-formed; write it as YAML in the stack file or as JSON text."),
        ("tableAccess", '["Service / Priority", "Service / Priority"]', "names a table twice."),
        (
            "tableAccess",
            "Service / Priority",
            "is not well-formed; write it as YAML in the stack file or as JSON text.",
        ),
        (
            "customize",
            '{"System / Table Setup": ["Service / Priority"]}',
            "must not name 'System / Table Setup', whose list has a setting of its own, tableAccess.",
        ),
        (
            "customize",
            '{"Companies / Configuration": ["Server"]}',
            "'Companies / Configuration' is no function that has a customize list; docs/settings.md names them. "
            'Did you mean "Companies / Configurations" or "Companies / Reports"?',
        ),
        ("customize", '{"Sales / Reports": ["One", "ONE"]}', "'Sales / Reports' names an item twice."),
        ("customize", '{"Sales / Reports": [" - "]}', "'Sales / Reports' has an item without a letter or a digit."),
        ("customize", '{"Sales / Reports": "One"}', "['Sales / Reports'] must be a list."),
        ("customize", '["Sales / Reports"]', "must be a map, each line a name and a value."),
    ],
)
def test_a_wrong_value_is_told_with_its_key(key: str, value: str, words: str) -> None:
    assert read_errors({key: value}) == [f"{key}: {words}"]


# A whole number in memberDefaults is an id.
@pytest.mark.parametrize("value", ["1.5", "true", "null"])
@pytest.mark.parametrize(("key", "form"), [("memberDefaults", '{{"level": {}}}'), ("tableAccess", "[{}]")])
def test_a_number_where_a_name_is_meant_is_told_with_the_quotes_that_it_needs(key: str, form: str, value: str) -> None:
    (sentence,) = read_errors({key: form.format(value)})
    assert sentence.startswith(f"{key}: [")
    assert sentence.endswith("; write it in quotes where it looks like a number, a date, true or null.")


def test_a_member_default_that_nobody_knows_is_told_with_the_known_ones() -> None:
    (sentence,) = read_errors({"memberDefaults": json.dumps({"locaton": "Rome"})})
    assert sentence.startswith(
        "memberDefaults: 'locaton' is not known; known are level, securityLocation, location, department"
    )
    assert 'Did you mean "location" or "securityLocation"?' in sentence


@pytest.mark.parametrize(
    ("key", "nearest"),
    [
        ("connectwise:compnyId", "connectwise:companyId"),
        ("umbrella:consoleID", "umbrella:consoleId"),
        ("vault:adress", "vault:address"),
        ("rolName", "roleName"),
        ("umbrella-psa:permission", "permissions"),
    ],
)
def test_an_unknown_key_is_told_with_the_nearest(key: str, nearest: str) -> None:
    (sentence,) = read_errors({key: "x"})
    shown = key.removeprefix("umbrella-psa:")
    assert sentence == f'{shown}: there is no such setting. Did you mean "{nearest}"?'


@pytest.mark.parametrize("name", ["Acme", "acme_msp", "-acme", "acme-", "a--b", "", "acmé", "a b", "../a"])
def test_a_tenants_name_with_anything_else_is_refused(name: str) -> None:
    assert read_errors(name=name) == [
        f"stack: the name {name!r} must be lower-case letters, digits and single hyphens, such as acme-msp."
    ]


def test_everything_that_is_wrong_is_told_at_once() -> None:
    sentences = read_errors(
        {
            "connectwise:companyId": None,
            "umbrella:console": "x",
            "vault:url": "vault://kv",
            "memberId": "a.b",
            "roleNam": "x",
            "permissions": "{",
        },
        name="Acme",
    )
    assert [sentence.partition(": ")[0] for sentence in sentences] == [
        "roleNam",
        "stack",
        "connectwise:companyId",
        "umbrella:console",
        "vault:url",
        "permissions",
        "memberId",
    ]


@pytest.mark.parametrize("name", ["locaton", "xyz"])
def test_a_sentence_ends_once(name: str) -> None:
    (sentence,) = read_errors({"memberDefaults": json.dumps({name: "Rome"})})
    assert not sentence.endswith(("?.", ".."))


def test_a_table_named_twice_in_two_spellings_is_refused() -> None:
    read_errors({"tableAccess": '["Service / Priority", "service/priority"]'})


@pytest.mark.parametrize("name", [" / Tickets", "Service Desk / ", " / "])
def test_a_function_without_a_module_or_a_name_is_refused(name: str) -> None:
    read_errors({"permissions": json.dumps({name: {"add": "All"}})})


@pytest.mark.parametrize("where", ["file", "environment"])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("connectwise:hand", "connectwise:driver"),
        ("umbrella:hand", "umbrella:driver"),
        ("connectwise:assistedPublicKey", "connectwise:manualPublicKey"),
        ("connectwise:assistedPrivateKey", "connectwise:manualPrivateKey"),
    ],
)
def test_an_old_name_of_a_setting_is_refused_with_the_new_one(old: str, new: str, where: str) -> None:
    environment = {to_environment_name(old): "gateway"} if where == "environment" else {}
    sentences = read_errors({old: "gateway"} if where == "file" else {}, environment=environment)
    assert sentences == [f"{old}: is called {new} now ({to_environment_name(new)} in the environment)."]


def test_what_the_engine_rewrites_is_refused_line_by_line_and_a_secret_is_not_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks" / "Pulumi.acme.yaml").write_text(
        "config:\n  umbrella-psa:roleName: 0123\n  umbrella-psa:rotate: 2026-11-29\n  vault:token: 0777\n"
        "  connectwise:apiVersion: 2025.10\n  other:thing: 0x1F\n"
    )
    told = read_errors(
        {"roleName": "83", "rotate": "2026-11-29 00:00:00 +0000 UTC", "connectwise:apiVersion": "2025.1"}
    )
    assert [sentence.partition(" stands")[0] for sentence in told] == [
        "umbrella-psa:roleName: 0123",
        "connectwise:apiVersion: 2025.10",
    ]

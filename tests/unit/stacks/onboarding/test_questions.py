"""What `new` asks: the contract's settings, from their models."""

from __future__ import annotations

from providers.core.configuration import Configuration
from stacks.onboarding.catalogue import find_flaws, list_settings
from stacks.onboarding.steps import STEPS, sort_settings
from stacks.settings import list_keys
from tests.unit.stacks.configuration import PLAIN, SECRET

EVERYTHING = Configuration(
    {"connectwise:driver": "gateway", "umbrella:driver": "gateway", "vault:url": "vault://secret/umbrella/acme"}, {}
)


def list_asked(answers: Configuration) -> list[str]:
    return [key for step in STEPS for key in step.keys(answers)]


def test_every_setting_is_known_and_keeps_its_place_in_its_namespace() -> None:
    known = list_settings()
    assert list(known) == list_keys()
    namespaces = [setting.namespace for setting in sort_settings()]
    assert [name for place, name in enumerate(namespaces) if name not in namespaces[:place]] == [
        "connectwise",
        "umbrella",
        "vault",
        "",
    ]
    assert {setting.key for setting in sort_settings()} == set(known)


def test_nothing_that_is_required_is_left_unasked_and_each_question_says_what_is_meant() -> None:
    known = list_settings()
    questions = list_asked(EVERYTHING)
    assert {key for key, setting in known.items() if setting.required} <= set(questions)
    assert {*PLAIN, *SECRET} <= set(questions)
    assert [key for key in questions if not known[key].meaning] == []
    assert [key for key in questions if len(f"  {known[key].meaning}") > 80] == []


def test_a_gateway_and_a_vaults_connection_are_asked_for_only_where_there_is_one() -> None:
    questions = list_asked(Configuration({"umbrella:driver": "gateway"}, {}))
    assert "umbrella:gatewayToken" in questions
    assert "connectwise:gatewayToken" not in questions
    assert [key for key in questions if key.startswith("vault:")] == ["vault:url"]


def test_a_vaults_questions_are_those_of_its_kind() -> None:
    def of(url: str) -> set[str]:
        return {key for key in list_asked(Configuration({"vault:url": url}, {})) if key.startswith("vault:")}

    assert of("vault://secret/umbrella") >= {"vault:address", "vault:roleId", "vault:secretId", "vault:token"}
    assert of("awssm://umbrella/acme") == {"vault:url", "vault:region", "vault:endpoint", "vault:kmsKey"}
    assert of("age:///keys/acme?recipient=age1x") == {"vault:url"}
    assert of("nonsense") == {"vault:url"}


def test_a_question_knows_its_default_its_choices_and_whether_it_is_secret() -> None:
    known = list_settings()
    assert (known["connectwise:driver"].default, known["connectwise:driver"].choices) == (
        "manual",
        ("gateway", "manual"),
    )
    assert (known["roleName"].default, known["roleName"].written) == ("Umbrella", "umbrella-psa:roleName")
    assert known["umbrella:console"].required
    assert [key for key in known if known[key].secret] == [
        "connectwise:gatewayToken",
        "connectwise:clientId",
        "connectwise:privateKey",
        "connectwise:manualPrivateKey",
        "umbrella:gatewayToken",
        "umbrella:apiSecret",
        "vault:token",
        "vault:secretId",
    ]


def test_an_answer_is_judged_by_its_own_flaw_alone() -> None:
    wrong = find_flaws({"connectwise:site": "http://psa.example.com"}, {}, "connectwise")
    assert wrong["connectwise:site"].startswith("must be https")
    assert "connectwise:site" not in find_flaws({"connectwise:site": "psa.example.com"}, {}, "connectwise")
    assert find_flaws({**PLAIN, **SECRET}, {}, "connectwise") == {}


def test_another_integration_is_asked_for_nothing_of_umbrellas() -> None:
    answers = Configuration({"integration": "rewst", "connectwise:driver": "gateway", "umbrella:driver": "gateway"}, {})
    asked = [key for step in STEPS for key in step.keys(answers)]
    assert not [key for key in asked if key.startswith("umbrella:")]
    assert {"connectwise:gatewayUrl", "connectwise:driver", "vault:url", "roleName"} <= {*asked}
    assert list_settings("rewst")["roleName"].default == "Rewst"
    assert list_settings()["roleName"].default == "Umbrella"
    assert list_settings()["sink"].choices == ("umbrella", "manual", "none")

"""How settings are read, and how wrong ones are told."""

from __future__ import annotations

from typing import Annotated, Literal

import pytest
from pydantic import Field, SecretStr, StringConstraints, field_validator

from providers.core.configuration import Configuration
from providers.core.errors import MissingSetting, SettingError
from providers.core.schema import Model
from providers.core.settings import (
    Demand,
    Flaw,
    SettingErrors,
    Settings,
    find_unknown_keys,
    format_key,
    load_settings,
    map_keys,
)


class Levels(Model):
    add: Literal["None", "My", "All"] = "None"


class Sample(Settings):
    company_id: str = Field(description="the company's id")
    private_key: SecretStr = Field(description="the key")
    kind: Literal["msp", "mssp"] = "msp"
    short: Annotated[str, StringConstraints(max_length=4)] = "abc"
    age: int | None = None
    token: SecretStr | None = None
    tables: list[str] = Field(default_factory=list)
    levels: dict[str, Levels] = Field(default_factory=dict)
    one: Levels | None = None

    def find_unmet_requirements(self) -> list[Demand]:
        return [("token", "is required with mssp", "")] if self.kind == "mssp" and not self.token else []


GOOD = {"sample:companyId": "acme", "sample:privateKey": "s3cr3t-value"}


def read(changed: dict[str, str] | None = None, environment: dict[str, str] | None = None) -> Sample:
    return load_settings(Sample, "sample", Configuration({**GOOD, **(changed or {})}, environment or {}))


def get_errors(changed: dict[str, str], secret_keys: list[str] | None = None) -> list[str]:
    configuration = Configuration({**GOOD, **changed}, {})
    with pytest.raises(SettingErrors) as caught:
        load_settings(Sample, "sample", configuration, secret_keys)
    assert "s3cr3t-value" not in str(caught.value)
    assert str(caught.value).splitlines() == [str(error) for error in caught.value.errors]
    return str(caught.value).splitlines()


def test_keys_are_spelled_as_the_contract_spells_them() -> None:
    assert format_key("connectwise", "company_id") == "connectwise:companyId"
    assert format_key("", "max_age_days") == "maxAgeDays"
    assert map_keys(Sample, "sample")["sample:privateKey"] == "private_key"


def test_settings_are_read_by_their_keys() -> None:
    settings = read({"sample:kind": "msp", "sample:age": "30", "sample:tables": '["a"]', "sample:one": '{"add": "My"}'})
    assert (settings.company_id, settings.age, settings.tables, settings.one) == ("acme", 30, ["a"], Levels(add="My"))
    assert settings.private_key.get_secret_value() == "s3cr3t-value"


def test_an_empty_optional_setting_is_its_default() -> None:
    assert read({"sample:age": "", "sample:tables": "", "sample:kind": ""}) == read()


def test_the_environment_wins_over_the_stack() -> None:
    assert read(environment={"UMBRELLA_PSA_SAMPLE_COMPANY_ID": "other"}).company_id == "other"


def test_a_missing_setting_says_what_it_is_and_how_to_set_it() -> None:
    with pytest.raises(SettingErrors) as caught:
        load_settings(Sample, "sample", Configuration({}, {}))
    assert str(caught.value).splitlines() == [
        "sample:companyId: is required (the company's id); set it with `pulumi config set sample:companyId` or as "
        "UMBRELLA_PSA_SAMPLE_COMPANY_ID.",
        "sample:privateKey: is required (the key); set it with `pulumi config set --secret sample:privateKey` or as "
        "UMBRELLA_PSA_SAMPLE_PRIVATE_KEY.",
    ]


def test_a_secret_in_plain_text_is_refused_and_not_shown() -> None:
    assert get_errors({}, secret_keys=[]) == [
        "sample:privateKey: is a secret but is stored as plain text; replace it with "
        "`pulumi config set --secret sample:privateKey` (the value on standard input) and consider the old value as "
        "known to others."
    ]


def test_an_encrypted_secret_is_taken() -> None:
    assert load_settings(Sample, "sample", Configuration(GOOD, {}), ["sample:privateKey"]).company_id == "acme"


def test_a_secret_from_the_environment_is_not_stored_at_all() -> None:
    configuration = Configuration({"sample:companyId": "a"}, {"UMBRELLA_PSA_SAMPLE_PRIVATE_KEY": "s3cr3t-value"})
    assert load_settings(Sample, "sample", configuration, []).private_key.get_secret_value() == "s3cr3t-value"


def test_where_encryption_cannot_be_known_nothing_is_said_about_it() -> None:
    assert load_settings(Sample, "sample", Configuration(GOOD, {}), None).company_id == "acme"


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("sample:kind", "msssp", "must be 'msp' or 'mssp'."),
        ("sample:short", "abcde", "should have at most 4 characters."),
        ("sample:age", "old", "must be a whole number."),
        ("sample:tables", "[a", "is not well-formed; write it as YAML in the stack file or as JSON text."),
        ("sample:tables", '"a"', "must be a list."),
        ("sample:levels", '{"X / Y": {"add": "Some"}}', "['X / Y']['add'] must be 'None', 'My' or 'All'."),
        ("sample:levels", '{"X / Y": {"ad": "All"}}', "['X / Y']['ad'] is not known."),
    ],
)
def test_a_wrong_value_is_told_with_its_key(key: str, value: str, words: str) -> None:
    assert get_errors({key: value}) == [f"{key}: {words}"]


def test_a_malformed_setting_is_told_once_and_together_with_the_others() -> None:
    assert get_errors({"sample:tables": "[a", "sample:kind": "x", "sample:age": "y"}) == [
        "sample:tables: is not well-formed; write it as YAML in the stack file or as JSON text.",
        "sample:kind: must be 'msp' or 'mssp'.",
        "sample:age: must be a whole number.",
    ]


class Rows(Settings):
    rows: list[int]


def test_a_required_setting_that_is_malformed_is_not_called_missing_too() -> None:
    with pytest.raises(SettingErrors) as caught:
        load_settings(Rows, "sample", Configuration({"sample:rows": "[1"}, {}))
    assert [error.setting for error in caught.value.errors] == ["sample:rows"]
    assert "not well-formed" in str(caught.value)


def test_what_one_setting_asks_of_another_is_told_too() -> None:
    assert get_errors({"sample:kind": "mssp"}) == ["sample:token: is required with mssp."]


def test_a_key_that_is_no_setting_is_told_with_the_nearest() -> None:
    configuration = Configuration({"sample:compnyId": "x", "umbrella-psa:rolName": "y"}, {})
    errors = find_unknown_keys(configuration, ["sample:companyId", "roleName"], ["sample"])
    assert [str(error) for error in errors] == [
        'rolName: there is no such setting. Did you mean "roleName"?',
        'sample:compnyId: there is no such setting. Did you mean "sample:companyId"?',
    ]


def test_a_key_like_no_setting_is_told_how_it_goes() -> None:
    (error,) = find_unknown_keys(Configuration({"umbrella-psa:xyzzy": "y"}, {}), ["roleName"], ["sample"])
    assert str(error) == "xyzzy: there is no such setting; remove it with `pulumi config rm xyzzy`."


def test_keys_of_other_namespaces_are_left_alone() -> None:
    assert (
        find_unknown_keys(Configuration({"aws:region": "x", "pulumi:tags": "y"}, {}), ["roleName"], ["sample", ""])
        == []
    )


def test_no_settings_model_shows_a_secret() -> None:
    assert "s3cr3t-value" not in repr(read())


def test_what_is_missing_is_told_apart_from_what_is_wrong() -> None:
    with pytest.raises(SettingErrors) as caught:
        read({"sample:companyId": "", "sample:kind": "mssp", "sample:age": "x"})
    kinds = {error.setting: type(error) for error in caught.value.errors}
    assert kinds["sample:token"] is MissingSetting
    assert kinds["sample:age"] is SettingError
    with pytest.raises(SettingErrors) as caught:
        load_settings(Sample, "sample", Configuration({"sample:companyId": "acme"}, {}))
    (missing,) = caught.value.errors
    assert isinstance(missing, MissingSetting)
    assert missing.next_step == (
        "set it with `pulumi config set --secret sample:privateKey` or as UMBRELLA_PSA_SAMPLE_PRIVATE_KEY"
    )


class Picky(Settings):
    name: str

    @field_validator("name")
    @classmethod
    def _name(cls, value: str) -> str:
        raise Flaw("is not to our taste", next_step="take another", detail=' Did you mean "x"?')


def test_a_validators_next_step_and_detail_arrive_as_fields() -> None:
    with pytest.raises(SettingErrors) as caught:
        load_settings(Picky, "sample", Configuration({"sample:name": "y"}, {}))
    (error,) = caught.value.errors
    assert error.fields() == {
        "summary": "is not to our taste",
        "detail": 'Did you mean "x"?',
        "next_step": "take another",
        "setting": "sample:name",
        "page": "",
    }

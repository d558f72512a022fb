"""Which settings govern a run: those of the stack that its command names, never what a row or a record remembers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from simulator.remote import Company
from tests.engine.workspace import Stack
from tests.stories.drifts import assert_as_wanted

pytestmark = [pytest.mark.recorded, pytest.mark.direct]

MakeStack = Callable[..., Stack]
YES = ("--yes", "--skip-preview")


def read_file(stack: Stack) -> str:
    return get_path(stack).read_text(encoding="utf-8")


def get_path(stack: Stack) -> Path:
    return stack.workspace.project / "stacks" / f"Pulumi.{stack.name}.yaml"


def name_other(text: str, company: Company) -> str:
    return re.sub(r"(connectwise:companyId: ).*", rf"\1{company.id}", text)


@pytest.fixture(scope="module")
def other(company: Callable[..., Company]) -> Company:
    return company()


@pytest.fixture
def other_file(tenant: Stack, other: Company, tmp_path: Path) -> Iterator[Path]:
    """A settings file that names another company; the stack's own lies elsewhere meanwhile, so nothing else speaks."""
    file, own = tmp_path / "other.yaml", read_file(tenant)
    file.write_text(name_other(own, other), encoding="utf-8")
    get_path(tenant).unlink()
    yield file
    get_path(tenant).write_text(own, encoding="utf-8")


SPELLINGS: dict[str, Callable[[Path], tuple[list[str], dict[str, str]]]] = {
    "a word of its own": lambda file: (["--config-file", str(file)], {}),
    "attached": lambda file: ([f"--config-file={file}"], {}),
    "in the environment": lambda file: ([], {"PULUMI_OPTION_CONFIG_FILE": str(file)}),
    "from another folder": lambda file: (["-C", "stacks", "--config-file", str(file)], {}),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("verb", ["refresh", "destroy"])
def test_a_settings_file_that_names_another_company_is_refused(
    tenant: Stack, other: Company, other_file: Path, verb: str, spelling: str
) -> None:
    options, environment = SPELLINGS[spelling](other_file)
    before = len(tenant.company.requests()) + len(other.requests())
    run = tenant.run_pulumi(verb, "-s", tenant.name, *YES, *options, expect=1, **environment)
    assert f"this stack belongs to the company {tenant.company.id}@127.0.0.1, but the configuration names" in run.text
    assert len(tenant.company.requests()) + len(other.requests()) == before


def test_a_settings_file_of_our_own_is_followed_wherever_it_lies(tenant: Stack, other: Company, tmp_path: Path) -> None:
    """The stack's own file names another company, and is not what this command is about."""
    own = read_file(tenant)
    (tmp_path / "own.yaml").write_text(own, encoding="utf-8")
    get_path(tenant).write_text(name_other(own, other), encoding="utf-8")
    try:
        run = tenant.run_pulumi("refresh", "-s", tenant.name, *YES, "--config-file", str(tmp_path / "own.yaml"))
    finally:
        get_path(tenant).write_text(own, encoding="utf-8")
    assert "9 unchanged" in run.text


def test_what_is_wrong_in_a_file_counts_only_where_it_is_the_commands(tenant: Stack, tmp_path: Path) -> None:
    own, file = read_file(tenant), tmp_path / "wrong.yaml"
    wrong = own + "  umbrella-psa:memberName: 0123\n"
    file.write_text(wrong, encoding="utf-8")
    assert "0123 stands without quotes" in tenant.preview("--config-file", str(file), expect=1).text
    file.write_text(own, encoding="utf-8")
    get_path(tenant).write_text(wrong, encoding="utf-8")
    tenant.preview("--config-file", str(file))
    get_path(tenant).write_text(own, encoding="utf-8")


def rename(stack: Stack, name: str) -> None:
    stack.run_pulumi("stack", "rename", "-s", stack.name, name)
    stack.name = name


def test_a_renamed_stack_is_governed_by_its_own_file(make_stack: MakeStack, other: Company) -> None:
    """Its rows still have the old name, and no file is called so any more."""
    stack = make_stack()
    stack.up()
    rename(stack, f"{stack.name}-renamed")
    own = read_file(stack)
    get_path(stack).write_text(name_other(own, other), encoding="utf-8")
    before = len(stack.company.requests()) + len(other.requests())
    for verb in ("refresh", "destroy"):
        run = stack.run_pulumi(verb, "-s", f"organization/umbrella-psa/{stack.name}", *YES, expect=1)
        assert f"but the configuration names {other.id}@127.0.0.1" in run.text
    stack.run_pulumi("stack", "select", stack.name)
    assert f"but the configuration names {other.id}@127.0.0.1" in stack.run_pulumi("destroy", *YES, expect=1).text
    assert len(stack.company.requests()) + len(other.requests()) == before
    get_path(stack).write_text(own, encoding="utf-8")

    old = stack.company.sink()["publicKey"]
    told = stack.preview(expect=7).text
    assert f"The API key {old} will be replaced by a new one because the stack was renamed" in told
    stack.up()
    assert_as_wanted(stack)
    assert stack.company.public_keys() == [stack.company.sink()["publicKey"]] != [old]
    assert stack.company.dead_moments() == []
    stack.destroy()


def test_a_file_that_bears_a_row_s_old_name_says_nothing(make_stack: MakeStack, other: Company) -> None:
    """Another tenant is called now as this one was when its rows were made."""
    stack = make_stack()
    stack.up()
    text, old = read_file(stack), get_path(stack)
    rename(stack, f"{stack.name}-moved")
    old.write_text(name_other(text, other), encoding="utf-8")
    assert "9 unchanged" in stack.run_pulumi("refresh", "-s", stack.name, *YES).text
    assert "9 deleted" in stack.destroy().text


WRONG = {
    "connectwise:gatewayUrl": "http://127.0.0.1:9/connectwise",
    "umbrella:gatewayUrl": "http://127.0.0.1:9/umbrella",
    "connectwise:site": "http://127.0.0.1:9",
}


@pytest.mark.parametrize("key", WRONG)
def test_a_recorded_setting_that_works_no_more_is_named_with_the_way_out(tenant: Stack, key: str) -> None:
    """What a failed run recorded outlives the correction of the file."""
    right = tenant.company.settings()[key]
    tenant.set(key, WRONG[key])
    tenant.up("--run-program", expect=1)
    tenant.set(key, right)
    told = " ".join(tenant.run_pulumi("refresh", "-s", tenant.name, *YES, expect=1).text.split())
    assert "`pulumi up --run-program`" in told
    assert key in told
    tenant.up("--run-program")
    assert_as_wanted(tenant)


def check(stack: Stack, expect: int) -> str:
    return " ".join(stack.run_command("check", stack.name, expect=expect).text.split())


def test_check_names_what_the_engine_has_recorded_otherwise_secrets_too(tenant: Stack) -> None:
    assert "the last run worked with these settings" in check(tenant, 0)
    own = read_file(tenant)
    tenant.set("connectwise:apiVersion", "none")
    tenant.set_secret("umbrella:gatewayToken", "another-token-than-before")
    told = check(tenant, 1)  # the gateway refuses the token
    assert "the last run worked with another connectwise:apiVersion, umbrella:gatewayToken" in told
    assert "warn record" in told
    assert "another-token-than-before" not in told
    get_path(tenant).write_text(own, encoding="utf-8")


def test_check_fails_where_a_plain_run_would_be_refused(tenant: Stack, other: Company) -> None:
    own = read_file(tenant)
    get_path(tenant).write_text(name_other(own, other), encoding="utf-8")
    tenant.up("--run-program", expect=1)
    get_path(tenant).write_text(own, encoding="utf-8")
    told = check(tenant, 1)
    assert "fail record the last run worked with another connectwise:companyId" in told
    tenant.up("--run-program")
    assert "the last run worked with these settings" in check(tenant, 0)


def test_check_finds_what_stands_without_quotes(tenant: Stack) -> None:
    own = read_file(tenant)
    get_path(tenant).write_text(
        own + "  umbrella-psa:rotate: 2026-11-29\n  umbrella-psa:memberName: no\n", encoding="utf-8"
    )
    told = check(tenant, 0)
    assert "2026-11-29 stands without quotes in line" in told
    assert "(umbrella-psa:rotate), and the engine reads 2026-11-29 00:00:00 +0000 UTC" in told
    assert 'Next: write "no", or in quotes whatever is meant' in told
    get_path(tenant).write_text(own + "  umbrella-psa:memberName: 0123\n", encoding="utf-8")
    sentence = "memberName: 0123 stands without quotes in line"
    assert sentence in check(tenant, 2)
    assert sentence in " ".join(tenant.preview(expect=1).text.split())
    get_path(tenant).write_text(own, encoding="utf-8")

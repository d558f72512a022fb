"""This machine, judged: the engine's version, the backend, the clock."""

from __future__ import annotations

from email.utils import formatdate
from importlib.metadata import version
from pathlib import Path

import pytest

from providers.core.errors import ProviderError, SettingError
from stacks.backend_address import strip_credentials
from stacks.checks.finding import Finding, guard, make_finding, make_ok
from stacks.checks.machine import check_backend, check_clock, check_engine_version
from stacks.clients import FirstResponse
from stacks.pulumi_cli import PulumiCli

NOW = 1_800_000_000.0


class Installed(PulumiCli):
    """An engine that says what it is told to say."""

    def __init__(self, says: str) -> None:
        super().__init__()
        self.says = says

    def get_version(self) -> str:
        return self.says

    def get_backend(self) -> str:
        return self.says


def test_an_engine_of_another_release_than_its_package_is_a_warning() -> None:
    assert check_engine_version(Installed(version("pulumi")))[0].verdict == "ok"
    (found,) = check_engine_version(Installed("3.1.0"))
    assert (found.verdict, found.next_step) == ("warn", "run `make setup`")


def test_a_file_backend_with_side_files_is_a_warning_with_the_login_that_fixes_it() -> None:
    assert check_backend(Installed("s3://bucket"))[0].verdict == "ok"
    assert check_backend(Installed("file:///keys?metadata=skip"))[0].verdict == "ok"
    (found,) = check_backend(Installed("file:///keys"))
    assert (found.verdict, found.next_step) == ("warn", "sign in with `pulumi login 'file:///keys?metadata=skip'`")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgres://user:pass@db.example.com:5432/state?sslmode=require", "postgres://db.example.com:5432/state"),
        ("s3://bucket?region=eu-west-1&awssdk=v2", "s3://bucket"),
        ("file:///home/me/.umbrella-psa?metadata=skip", "file:///home/me/.umbrella-psa?metadata=skip"),
        ("https://api.pulumi.com/me", "https://api.pulumi.com/me"),
        ("", ""),
    ],
)
def test_a_backends_address_is_shown_without_credentials(url: str, shown: str) -> None:
    assert strip_credentials(url) == shown


@pytest.mark.parametrize(
    ("ahead", "verdict", "words"),
    [
        (1, "ok", "within 1 s"),
        (-119, "ok", "within 119 s"),
        (600, "warn", "600 s ahead of the site's"),
        (-600, "warn", "600 s behind the site's"),
    ],
)
def test_the_clock_is_judged_by_the_sites_date(ahead: int, verdict: str, words: str) -> None:
    (found,) = check_clock(FirstResponse(10, formatdate(NOW - ahead, usegmt=True), NOW))
    assert found.verdict == verdict
    assert words in found.found


@pytest.mark.parametrize("heard", [None, FirstResponse(10, "", NOW), FirstResponse(10, "yesterday", NOW)])
def test_a_site_that_says_no_time_leaves_the_clock_unknown(heard: FirstResponse | None) -> None:
    assert [finding.verdict for finding in check_clock(heard)] == ["unknown"]


def test_a_problem_becomes_a_line_with_its_next_step_apart() -> None:
    error = ProviderError("it is gone", next_step="look; again", detail="It was.", setting="a:b", page="docs/x.md")
    assert make_finding("site", error) == Finding(
        "site", "fail", "it is gone", "look; again", "It was.", setting="a:b", page="docs/x.md"
    )
    assert make_finding("role", SettingError("roleName", "is wrong")).found == "roleName: is wrong"
    assert make_finding("site", ProviderError("the site said:", detail="a; b")).found == "the site said: a; b"
    assert make_finding("site", ProviderError("it is gone."), "warn") == Finding("site", "warn", "it is gone", "")


def test_a_question_that_fails_is_a_failing_line_of_its_subject() -> None:
    def fails() -> list[Finding]:
        raise ProviderError("no.")

    assert guard("vault", fails)() == [Finding("vault", "fail", "no", "")]
    assert guard("vault", lambda: [make_ok("vault", "yes")])() == [make_ok("vault", "yes")]


def test_an_engine_that_quotes_the_backend_in_an_error_shows_no_password_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_BACKEND_URL", "postgres://me:s3cret@127.0.0.1:9/state?sslmode=disable")
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path))
    with pytest.raises(ProviderError) as refused:
        PulumiCli(tmp_path).get_backend()
    assert "s3cret" not in str(refused.value)
    assert "`pulumi whoami` said: " in str(refused.value)

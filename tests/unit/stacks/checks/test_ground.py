"""This machine, judged: the engine's version, the backend, the clock."""

from __future__ import annotations

from email.utils import formatdate
from importlib.metadata import version
from pathlib import Path

import pytest

from providers.core.problems import BadSetting, Problem
from stacks.checks.finding import Finding, looked, ok, told
from stacks.checks.ground import backend, clock, engine_version
from stacks.engine import Engine, without_credentials
from stacks.reach import Heard

NOW = 1_800_000_000.0


class Installed(Engine):
    """An engine that says what it is told to say."""

    def __init__(self, says: str) -> None:
        super().__init__()
        self.says = says

    def version(self) -> str:
        return self.says

    def backend(self) -> str:
        return self.says


def test_an_engine_of_another_release_than_its_package_is_a_warning() -> None:
    assert engine_version(Installed(version("pulumi")))[0].verdict == "ok"
    (found,) = engine_version(Installed("3.1.0"))
    assert (found.verdict, found.next_step) == ("warn", "run `make setup`")


def test_a_file_backend_with_side_files_is_a_warning_with_the_login_that_mends_it() -> None:
    assert backend(Installed("s3://bucket"))[0].verdict == "ok"
    assert backend(Installed("file:///keys?metadata=skip"))[0].verdict == "ok"
    (found,) = backend(Installed("file:///keys"))
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
    assert without_credentials(url) == shown


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
    (found,) = clock(Heard(10, formatdate(NOW - ahead, usegmt=True), NOW))
    assert found.verdict == verdict
    assert words in found.found


@pytest.mark.parametrize("heard", [None, Heard(10, "", NOW), Heard(10, "yesterday", NOW)])
def test_a_site_that_says_no_time_leaves_the_clock_unknown(heard: Heard | None) -> None:
    assert [one.verdict for one in clock(heard)] == ["unknown"]


def test_a_problem_becomes_a_line_with_its_next_step_apart() -> None:
    problem = Problem("it is gone", next_step="look; again", detail="It was.", setting="a:b", page="docs/x.md")
    assert told("site", problem) == Finding(
        "site", "fail", "it is gone", "look; again", "It was.", setting="a:b", page="docs/x.md"
    )
    assert told("role", BadSetting("roleName", "is wrong")).found == "roleName: is wrong"
    assert told("site", Problem("the site said:", detail="a; b")).found == "the site said: a; b"
    assert told("site", Problem("it is gone."), "warn") == Finding("site", "warn", "it is gone", "")


def test_a_question_that_fails_is_a_failing_line_of_its_subject() -> None:
    def fails() -> list[Finding]:
        raise Problem("no.")

    assert looked("vault", fails)() == [Finding("vault", "fail", "no", "")]
    assert looked("vault", lambda: [ok("vault", "yes")])() == [ok("vault", "yes")]


def test_an_engine_that_quotes_the_backend_in_an_error_shows_no_password_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_BACKEND_URL", "postgres://me:s3cret@127.0.0.1:9/state?sslmode=disable")
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path))
    with pytest.raises(Problem) as refused:
        Engine(tmp_path).backend()
    assert "s3cret" not in str(refused.value)
    assert "`pulumi whoami` said: " in str(refused.value)

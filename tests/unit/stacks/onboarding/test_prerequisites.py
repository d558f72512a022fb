"""What must be there before anything is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from providers.core.errors import GuardViolation, ProviderError
from providers.core.settings import SettingErrors
from stacks.fleet.passphrase import PASSPHRASE
from stacks.onboarding.prerequisites import refuse_without_prerequisites
from stacks.pulumi_cli import PulumiCli

HAS = {PASSPHRASE: ""}  # an empty one is one, for the engine too


class Backend(PulumiCli):
    """Signed in somewhere, with these stacks."""

    def __init__(self, *stacks: str, refuses: str = "") -> None:
        super().__init__()
        self._stacks, self._refuses = list(stacks), refuses

    def get_backend(self) -> str:
        if self._refuses:
            raise ProviderError(self._refuses)
        return "s3://bucket"

    def has_stack(self, tenant: str) -> bool:
        return tenant in self._stacks


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "Pulumi.yaml").write_text("name: umbrella-psa\nruntime: python\n", encoding="utf-8")
    (tmp_path / "stacks").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_ground_with_all_of_it_names_the_backend(project: Path) -> None:
    assert refuse_without_prerequisites(Backend("other"), "acme", "passphrase", HAS) == "s3://bucket"


@pytest.mark.parametrize("content", [None, "name: another\n"])
def test_another_folder_is_told_and_nothing_is_asked_of_the_engine(project: Path, content: str | None) -> None:
    (project / "Pulumi.yaml").unlink()
    if content:
        (project / "Pulumi.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(SettingErrors, match="is not the project's"):
        refuse_without_prerequisites(Backend(refuses="never asked"), "acme", "passphrase", HAS)


def test_a_passphrase_may_stand_in_a_file_or_not_be_needed(project: Path) -> None:
    (project / "passphrase").write_text("x", encoding="utf-8")
    refuse_without_prerequisites(Backend(), "acme", "passphrase", {f"{PASSPHRASE}_FILE": "passphrase"})
    refuse_without_prerequisites(Backend(), "acme", "awskms://alias/stacks", {})
    with pytest.raises(SettingErrors, match="is not set"):
        refuse_without_prerequisites(Backend(), "acme", "passphrase", {f"{PASSPHRASE}_FILE": "not-there"})


def test_everything_that_is_missing_is_told_at_once(project: Path) -> None:
    with pytest.raises(SettingErrors) as refused:
        refuse_without_prerequisites(Backend(refuses="`pulumi whoami` said: no such bucket."), "Acme", "passphrase", {})
    assert [error.setting for error in refused.value.errors] == ["stack", PASSPHRASE, "backend"]
    assert "no such bucket; sign in, such as by: mkdir -p" in str(refused.value)


def test_a_stack_or_a_file_of_that_name_is_refused(project: Path) -> None:
    with pytest.raises(GuardViolation, match="the stack acme exists already in s3://bucket"):
        refuse_without_prerequisites(Backend("acme"), "acme", "passphrase", HAS)
    (project / "stacks" / "Pulumi.acme.yaml").touch()
    with pytest.raises(GuardViolation, match="is there already, without a stack"):
        refuse_without_prerequisites(Backend(), "acme", "passphrase", HAS)

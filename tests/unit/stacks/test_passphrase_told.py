"""No passphrase, a wrong one, one in a file that isn't there: the same sentence and exit code 2 at every verb."""

from __future__ import annotations

from pathlib import Path

import pytest

from stacks.completion import TENANT_VERBS
from stacks.fleet.ciphertext import encrypt
from stacks.fleet.passphrase import derive_key
from tests.unit.stacks.asking import ask_all
from tests.unit.stacks.salts import make_salt

RIGHT = "one passphrase for all"
NEEDING = [*(verb for verb in TENANT_VERBS if verb not in ("export", "status")), "status --drift"]
BY_NAME = ["export acme --to - --show-secret", "terraform import-blocks acme"]
NAME = "PULUMI_CONFIG_PASSPHRASE"
STEP = f"set it, or name a file in {NAME}_FILE."


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two tenants whose settings hold a secret; there is a backend, and nothing in it."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "Pulumi.yaml").write_text("name: umbrella-psa\nruntime: python\n", encoding="utf-8")
    for part in ("stacks", "states"):
        (folder / part).mkdir()
    salt = make_salt(RIGHT)
    sealed = encrypt(derive_key(salt, RIGHT), "made up")
    text = f"encryptionsalt: {salt}\nconfig:\n  connectwise:privateKey:\n    secure: {sealed}\n"
    for name in ("acme", "bell"):
        (folder / "stacks" / f"Pulumi.{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def find_problems(project: Path, lines: list[str], **environment: str) -> set[str]:
    """What the commands say; each ends with 2, and the engine's own words are in none."""
    answers = ask_all(lines, project, PULUMI_BACKEND_URL=f"file://{project / 'states'}", **environment)
    assert {line: (answer.code, answer.out) for line, answer in answers.items()} == dict.fromkeys(lines, (2, ""))
    assert not [line for line, answer in answers.items() if "pulumi" in answer.err.lower().replace(NAME.lower(), "")]
    return {answer.problem for answer in answers.values()}


def test_none_is_told_with_the_setting_the_cause_and_what_to_do(project: Path) -> None:
    one = [f"{verb} acme" for verb in NEEDING]
    assert find_problems(project, one) == {
        f"{NAME}: is not set, and the secrets of acme are encrypted with one; {STEP}"
    }
    every = [f"{verb} --all" for verb in NEEDING]
    assert find_problems(project, every) == {
        f"{NAME}: is not set, and the secrets of all 2 tenants are encrypted with one; {STEP}"
    }
    assert find_problems(project, BY_NAME) == {f"{NAME}: is not set, and its secrets are encrypted with one; {STEP}"}


def test_a_wrong_one_is_refused_for_one_tenant_as_for_several(project: Path) -> None:
    wrong = {NAME: "another one"}
    one, every = ([f"{verb} {chosen}" for verb in [*NEEDING, "status"]] for chosen in ("acme", "--all"))
    assert find_problems(project, one, **wrong) == {
        f"{NAME}: is not the one that acme was made with; set it to that one."
    }
    assert find_problems(project, every, **wrong) == {
        f"{NAME}: opens none of the 2 tenants; set it to the one that they were made with."
    }
    assert find_problems(project, BY_NAME, **wrong) == {
        f"{NAME}: is not the one that it was made with; set it to that one."
    }


def test_a_file_of_the_passphrase_that_cant_be_read_is_named(project: Path) -> None:
    lines = [*(f"{verb} acme" for verb in NEEDING), *BY_NAME]
    (problem,) = find_problems(project, lines, PULUMI_CONFIG_PASSPHRASE_FILE="nowhere")
    assert problem == (f"{NAME}_FILE: nowhere can't be read: No such file or directory; name the passphrase's file.")


def test_a_status_needs_none(project: Path) -> None:
    (answer,) = ask_all(["status acme"], project, PULUMI_BACKEND_URL=f"file://{project / 'states'}").values()
    assert "there is no stack acme in the backend" in answer.out
    assert NAME not in answer.out + answer.err

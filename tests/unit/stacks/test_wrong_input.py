"""Wrong input on purpose, at each verb: one sentence, exit code 2, and nothing was begun."""

from __future__ import annotations

import pytest

from stacks.cli import COMMANDS
from stacks.completion import TENANT_VERBS
from tests.unit.stacks.asking import Answer, ask_all

CHOOSING = [verb for verb in TENANT_VERBS if verb != "export"]
REPORTING = [verb for verb in CHOOSING if verb != "resalt"]
IN_WAVES = ("up", "rotate", "destroy")
NOBODY = "there is no tenant nobody: stacks/Pulumi.nobody.yaml is not there."
NO_NAME = "stack: the name 'Acme_1' must be lower-case letters, digits and single hyphens, such as acme-msp."
UNWRITABLE = "can't be written; name a file in a folder that exists and may be written."
NO_PRESET = "there is no preset 'nothing'; see `umbrella-psa presets`, or name a file of your own."

WRONG: dict[str, str] = {
    **{f"{verb} nobody": NOBODY for verb in [*TENANT_VERBS, "terraform import-blocks"] if verb != "export"},
    **{f"{verb} Acme_1": NO_NAME for verb in [*CHOOSING, "terraform import-blocks"]},
    **{f"{verb} acme --all": "name the tenants, or give --all, not both." for verb in CHOOSING},
    **{verb: "name the tenants, or give --all or --label." for verb in CHOOSING},
    **{f"{verb} --all --label region": "--label region: write it as key=value." for verb in CHOOSING},
    **{
        f"{verb} --label region=us": "--label: no tenant is labelled region=us; the labels there are: region=eu, "
        "tier=1."
        for verb in CHOOSING
    },
    **{
        f"{verb} acme --json none/report.json": f"Invalid value for '--json': none/report.json {UNWRITABLE}"
        for verb in REPORTING
    },
    **{f"{verb} acme --jobs 0": "Invalid value for '--jobs': 0 is not in the range 1<=x<=64." for verb in REPORTING},
    **{f"{verb} acme --jobs x": "Invalid value for '--jobs': 'x' is not a valid integer range." for verb in REPORTING},
    **{
        f"{verb} acme --max-failures -1": "Invalid value for '--max-failures': -1 is not in the range x>=0."
        for verb in IN_WAVES
    },
    **{
        f"{verb} acme --deadline 0": "Invalid value for '--deadline': 0 is not in the range 1<=x<=86400."
        for verb in IN_WAVES
    },
    "rotate acme --older-than -1": "Invalid value for '--older-than': -1 is not in the range x>=0.",
    "destroy acme": "add --yes where there is no terminal to ask at.",
    "destroy --all --yes": "this would destroy 2 tenants; add --confirm 2.",
    "destroy --all --confirm 3": "this would destroy 2 tenants, not 3; add --confirm 2.",
    "destroy --all --confirm x": "Invalid value for '--confirm': 'x' is not a valid integer.",
    "remove --all --confirm 3": "this would remove 2 tenants, not 3; add --confirm 2.",
    "orphans --all --revoke --confirm 3": "this would revoke keys of 2 tenants, not 3; add --confirm 2.",
    "check acme --preset nothing": f"--preset: {NO_PRESET}",
    "export nobody --to -": NOBODY,
    "export Acme_1 --to -": NO_NAME,
    "export acme --to - --format xml": "Invalid value for '--format': 'xml' is not one of 'json', 'env'.",
    "export acme": "Missing option '--to'.",
    "new": "name a tenant, or give --from FILE with many.",
    "new acme --from tenants.csv": "name a tenant, or give --from FILE with many.",
    "new --from /nowhere.csv --yes": "--from: /nowhere.csv can't be read: No such file or directory.",
    "new acme --set roleNam=x": 'roleNam: there is no such setting. Did you mean "roleName"?',
    "presets nothing": f"presets: {NO_PRESET}",
    "presets --json none/presets.json": f"Invalid value for '--json': none/presets.json {UNWRITABLE}",
    "schedule sweep nobody --cron @daily": NOBODY,
    "schedule rotate --all --cron @daily": "Missing option '--older-than'.",
    "schedule up --all": "Missing option '--cron'.",
    "worker --jobs 0": "Invalid value for '--jobs': 0 is not in the range 1<=x<=64.",
    "terraform install --mirror stacks/Pulumi.acme.yaml": "Invalid value for '--mirror': Directory "
    "'stacks/Pulumi.acme.yaml' is a file.",
}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Answer]:
    folder = tmp_path_factory.mktemp("project")
    (folder / "Pulumi.yaml").write_text("name: umbrella-psa\nruntime: python\n", encoding="utf-8")
    (folder / "stacks").mkdir()
    labels = "config:\n  umbrella-psa:labels: {region: eu, tier: 1}\n"
    for name, text in {"acme": labels, "bell": "config: {}\n"}.items():
        (folder / "stacks" / f"Pulumi.{name}.yaml").write_text(text, encoding="utf-8")
    before = sorted(folder.rglob("*"))
    helps = [f"{verb} --help" for verb in ["", *COMMANDS, "terraform install", "terraform import-blocks"]]
    found = ask_all([*WRONG, *helps], folder)
    assert sorted(folder.rglob("*")) == before, "something was begun"
    return found


@pytest.mark.parametrize("line", WRONG)
def test_it_is_told_in_one_sentence_and_exits_with_2(answers: dict[str, Answer], line: str) -> None:
    answer = answers[line]
    assert (answer.code, answer.out) == (2, ""), answer.err
    assert "Traceback" not in answer.err
    assert answer.problem == WRONG[line]


def test_every_verb_is_asked_something_wrong() -> None:
    assert {line.split()[0] for line in WRONG} == set(COMMANDS)


@pytest.mark.parametrize("verb", ["", *COMMANDS, "terraform install", "terraform import-blocks"])
def test_its_help_fits_a_narrow_terminal_and_explains_every_option(answers: dict[str, Answer], verb: str) -> None:
    answer = answers[f"{verb} --help"]
    assert (answer.code, answer.err) == (0, "")
    lines = answer.out.splitlines()
    assert lines[0].startswith(f"Usage: {' '.join(['umbrella-psa', verb]).strip()} [OPTIONS]")
    assert max(map(len, lines)) <= 80
    assert "..." not in answer.out.replace("[TENANT]...", "").replace("[ARGS]...", ""), "something is cut off"

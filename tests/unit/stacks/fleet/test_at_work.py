"""Who is at work on a tenant on this machine, and what is known of whoever was."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from stacks.fleet.at_work import AtWork, claim_tenant, mark_at_work

_DIE = """\
import os, signal, sys
from pathlib import Path
from stacks.fleet.at_work import claim_tenant
with claim_tenant("acme", Path(sys.argv[1])):
    os.kill(os.getpid(), signal.SIGKILL)
"""


def die_at_it(folder: Path) -> None:
    subprocess.run([sys.executable, "-c", _DIE, str(folder)], check=False)


def test_one_claims_a_tenant_at_a_time_and_another_tenant_is_another_matter(tmp_path: Path) -> None:
    with (
        claim_tenant("acme", tmp_path),
        claim_tenant("bell", tmp_path),
        pytest.raises(AtWork),
        claim_tenant("acme", tmp_path),
    ):
        raise AssertionError("two at once")
    with claim_tenant("acme", tmp_path) as claim:
        assert not claim.follows_dead


def test_who_was_killed_amid_its_work_is_known_to_the_next_one_and_to_no_other(tmp_path: Path) -> None:
    die_at_it(tmp_path)
    with claim_tenant("acme", tmp_path) as claim:
        assert claim.follows_dead
    with claim_tenant("acme", tmp_path) as claim:
        assert not claim.follows_dead


def test_who_was_killed_days_ago_counts_no_more(tmp_path: Path) -> None:
    die_at_it(tmp_path)
    os.utime(tmp_path / "at-work" / "acme", (1, 1))
    with claim_tenant("acme", tmp_path) as claim:
        assert not claim.follows_dead


def test_a_command_of_a_claimer_that_is_gone_is_not_begun(tmp_path: Path) -> None:
    with claim_tenant("acme", tmp_path) as claim, mark_at_work(claim.mark):
        pass
    with pytest.raises(AtWork), mark_at_work(claim.mark):
        raise AssertionError("begun")


def test_what_a_claimer_began_keeps_the_tenant_until_it_ends(tmp_path: Path) -> None:
    with claim_tenant("acme", tmp_path) as claim:
        engine = mark_at_work(claim.mark)
        engine.__enter__()
    with pytest.raises(AtWork), claim_tenant("acme", tmp_path):
        raise AssertionError("two at once")
    engine.__exit__(None, None, None)
    with claim_tenant("acme", tmp_path):
        pass

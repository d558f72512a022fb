"""One tenant's job: what is done of it before and beside the engine's run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from providers.core.errors import ProviderError, SettingError
from stacks.exit_codes import USAGE
from stacks.fleet.deadline import Deadline
from stacks.fleet.job import TenantJob, run_tenant
from stacks.fleet.stored import StoredStack
from stacks.fleet.warm_process import EngineKilled, EngineRun


class RecordingEngine:
    """An engine that finds nothing to do, or is killed at one command."""

    def __init__(self, killed_at: str = "") -> None:
        self.commands: list[str] = []
        self.killed_at = killed_at

    def run(
        self,
        arguments: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
        output: Path,
        *,
        deadline: Deadline,
        tell: Callable[[str], None],
    ) -> EngineRun:
        self.commands.append(arguments[0])
        output.touch()
        if arguments[0] == self.killed_at:
            raise EngineKilled("it was killed")
        return EngineRun(0, [], [], [])


def refuse(name: str) -> StoredStack:
    raise ProviderError("its state can't be read")


def test_what_a_dead_attempt_left_locked_is_unlocked_even_where_there_is_nothing_to_run() -> None:
    engine = RecordingEngine()
    row = run_tenant(TenantJob(tenant="acme", verb="up", cut_off=True), engine, refuse, {})
    assert engine.commands == ["cancel"]
    assert (row.verdict, row.sentences) == ("failed", ("its state can't be read.",))


def test_nothing_is_begun_once_the_run_is_interrupted() -> None:
    engine = RecordingEngine()
    row = run_tenant(TenantJob(tenant="acme", verb="preview"), engine, refuse, {}, is_stopping=lambda: True)
    assert engine.commands == []
    assert row.sentences == ("interrupted before the engine began with it.",)


def test_what_a_killed_engine_has_locked_is_unlocked_though_nothing_else_is_begun_any_more() -> None:
    engine = RecordingEngine(killed_at="preview")
    job = TenantJob(tenant="acme", verb="preview")
    row = run_tenant(job, engine, refuse, {}, is_stopping=lambda: bool(engine.commands))
    assert engine.commands == ["preview", "cancel"]
    assert row.sentences == ("it was killed.",)


def test_a_wrong_setting_asks_for_the_exit_code_of_one() -> None:
    def refuse_setting(name: str) -> StoredStack:
        raise SettingError("umbrella-psa:rotate", "is no text")

    row = run_tenant(TenantJob(tenant="acme", verb="rotate"), RecordingEngine(), refuse_setting, {})
    assert (row.verdict, row.exit_code) == ("failed", USAGE)

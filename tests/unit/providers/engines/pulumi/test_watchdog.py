"""A provider process dies with the engine, and writes nothing for an engine that is gone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

from providers.engines.pulumi import watchdog
from providers.engines.pulumi.watchdog import ensure_engine_alive, find_engine, is_alive

DEAD_ENGINE = """
import subprocess, sys
import psutil
from providers.engines.pulumi import watchdog
dead = subprocess.Popen([sys.executable, "-c", ""])
engine = psutil.Process(dead.pid)
dead.wait()
"""
HOLD = """
import os, sys, time
from providers.engines.pulumi import watchdog
watchdog.start()
watchdog.start()
watchdog.ensure_engine_alive()
print(os.getpid(), watchdog.find_engine().pid, flush=True)
time.sleep(60)
"""


def alive(pid: int) -> bool:
    try:
        return is_alive(psutil.Process(pid))
    except psutil.NoSuchProcess:
        return False


def ended(pid: int, within: float = 5.0) -> bool:
    limit = time.monotonic() + within
    while alive(pid) and time.monotonic() < limit:
        time.sleep(0.01)
    return not alive(pid)


def test_a_provider_ends_when_the_engine_above_its_shell_is_killed(tmp_path: Path) -> None:
    # As in life: the engine, below it a shell script, below that the provider.
    shell = tmp_path / "pulumi-language-python-exec"
    shell.write_text(f'#!/bin/sh\n"{sys.executable}" -c "$HOLD"\n')
    called_pulumi = tmp_path / "pulumi"
    called_pulumi.write_text(f'#!/bin/sh\n"{shell}"\necho done\n')
    for script in (shell, called_pulumi):
        script.chmod(0o755)
    with subprocess.Popen(
        [called_pulumi], env={**os.environ, "HOLD": HOLD}, stdout=subprocess.PIPE, text=True
    ) as pulumi:
        assert pulumi.stdout is not None
        provider, held = map(int, pulumi.stdout.readline().split())
        assert held == pulumi.pid
        assert alive(provider)
        pulumi.send_signal(signal.SIGKILL)
        pulumi.wait()
        assert ended(provider)


def test_what_a_killed_engine_also_started_ends_with_the_provider(tmp_path: Path) -> None:
    """Processes in which none of our code runs, told by the engine's address; those of another engine stay."""
    address, another = "127.0.0.1:61001", "127.0.0.1:61002"
    idle = tmp_path / "pulumi-language-python"
    idle.write_text("#!/bin/sh\necho $$\nsleep 60\n")
    called_pulumi = tmp_path / "pulumi"
    called_pulumi.write_text(
        f"#!/bin/sh\n'{idle}' {address} &\n'{idle}' {another} &\n'{sys.executable}' \"$HOLD\" {address}\n:\n"
    )
    for script in (idle, called_pulumi):
        script.chmod(0o755)
    # By a file: a provider's own command line does not count, and the text of this one would.
    hold = tmp_path / "hold.py"
    hold.write_text(HOLD)
    environment = {**os.environ, "HOLD": str(hold), "PYTHONPATH": os.getcwd()}
    with subprocess.Popen(
        [called_pulumi], env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as pulumi:
        assert pulumi.stdout is not None
        lines = [pulumi.stdout.readline() for _ in range(3)]
        (mine,), (others,) = ([one.pid for one in watchdog.list_siblings(told)] for told in (address, another))
        assert {mine, others} == {int(line) for line in lines if " " not in line}
        try:
            pulumi.send_signal(signal.SIGKILL)
            pulumi.wait()
            assert ended(mine)
            assert alive(others)
        finally:
            os.killpg(pulumi.pid, signal.SIGKILL)


def test_the_engine_is_the_nearest_ancestor_of_that_very_name(tmp_path: Path) -> None:
    look = "from providers.engines.pulumi.watchdog import find_engine; print(find_engine().pid)"
    (tmp_path / "pulumi").write_text(f"#!/bin/sh\necho $$\n'{tmp_path}/pulumi-language'\n:\n")
    (tmp_path / "pulumi-language").write_text(f"#!/bin/sh\n'{sys.executable}' -c '{look}'\n:\n")
    for script in tmp_path.iterdir():
        script.chmod(0o755)
    done = subprocess.run([tmp_path / "pulumi"], capture_output=True, text=True, check=True)
    pulumi, found = map(int, done.stdout.split())
    assert found == pulumi


def test_an_engine_that_is_gone_already_is_left_at_once() -> None:
    leave = f"{DEAD_ENGINE}watchdog._leave_with(engine)\n"
    assert subprocess.run([sys.executable, "-c", leave], check=False, timeout=20).returncode == 70


def test_where_a_process_can_t_be_waited_for_it_is_looked_at(tmp_path: Path) -> None:
    """A container may forbid pidfd_open; that is no sign of an engine's end."""
    hold = "import os\ndef forbidden(*_): raise PermissionError\nos.pidfd_open = forbidden\n" + HOLD
    called_pulumi = tmp_path / "pulumi"
    called_pulumi.write_text(f"#!/bin/sh\n'{sys.executable}' -c \"$HOLD\"\n:\n")
    called_pulumi.chmod(0o755)
    with subprocess.Popen([called_pulumi], env={**os.environ, "HOLD": hold}, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        provider = int(run.stdout.readline().split()[0])
        assert not ended(provider, within=0.5)
        run.kill()
        run.wait()
        assert ended(provider)


def test_without_an_engine_the_parent_is_held() -> None:
    look = "from providers.engines.pulumi import watchdog; watchdog.start(); print(watchdog._watched.pid)"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert int(done.stdout) == (engine.pid if (engine := find_engine()) else os.getpid())


def test_a_process_that_nobody_buried_is_not_alive() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert not alive(process.pid)
    assert not alive(process.pid)


def test_this_process_and_the_first_one_are_alive() -> None:
    assert alive(os.getpid())
    assert alive(1)  # somebody else's, where this does not run as root


def test_while_nothing_is_held_writes_may_go_on() -> None:
    ensure_engine_alive()


def test_a_process_of_the_same_number_is_not_the_same() -> None:
    """Numbers are used again; the time at which a process began is not."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        watched = psutil.Process(process.pid)
        vars(watched)["_ident"] = (process.pid, 1.0)  # as one that began in 1970
        assert not is_alive(watched)
        process.communicate(b"\n")


def test_a_write_for_a_dead_engine_is_refused() -> None:
    check = f"{DEAD_ENGINE}watchdog._watched = engine\nwatchdog.ensure_engine_alive()\n"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=False)
    assert "the Pulumi engine is gone, so nothing more is changed; run the same command again." in done.stderr

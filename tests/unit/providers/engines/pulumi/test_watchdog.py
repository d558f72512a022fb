"""A provider process dies with the engine, and writes nothing for an engine that is gone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from threading import Thread

import pytest

from providers.engines.pulumi import watchdog
from providers.engines.pulumi.watchdog import alive, engine, ensure_engine_alive

HOLD = """
import os, sys, time
from providers.engines.pulumi import watchdog
watchdog.start()
watchdog.start()
watchdog.ensure_engine_alive()
print(os.getpid(), watchdog.engine(), flush=True)
time.sleep(60)
"""


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
        (mine,), (others,) = watchdog.siblings(address), watchdog.siblings(another)
        assert {mine, others} == {int(line) for line in lines if " " not in line}
        try:
            pulumi.send_signal(signal.SIGKILL)
            pulumi.wait()
            assert ended(mine)
            assert alive(others)
        finally:
            os.killpg(pulumi.pid, signal.SIGKILL)


def test_the_engine_is_the_nearest_ancestor_of_that_very_name(tmp_path: Path) -> None:
    look = "from providers.engines.pulumi.watchdog import engine; print(engine())"
    (tmp_path / "pulumi").write_text(f"#!/bin/sh\necho $$\n'{tmp_path}/pulumi-language'\n:\n")
    (tmp_path / "pulumi-language").write_text(f"#!/bin/sh\n'{sys.executable}' -c '{look}'\n:\n")
    for script in tmp_path.iterdir():
        script.chmod(0o755)
    done = subprocess.run([tmp_path / "pulumi"], capture_output=True, text=True, check=True)
    pulumi, found = map(int, done.stdout.split())
    assert found == pulumi


def test_waiting_for_a_process_that_is_gone_is_over_at_once() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    watchdog._wait_for_end(process.pid)
    assert not alive(process.pid)


def test_where_a_process_can_t_be_waited_for_it_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """A container may forbid pidfd_open; that is no sign of an engine's end."""

    def forbidden(pid: int) -> int:
        raise PermissionError("pidfd_open")

    monkeypatch.setattr(os, "pidfd_open", forbidden)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        waiting = Thread(target=watchdog._wait_for_end, args=(process.pid,))
        waiting.start()
        waiting.join(0.3)
        assert waiting.is_alive()
        process.communicate(b"\n")
    waiting.join(20)
    assert not waiting.is_alive()


def test_without_an_engine_the_parent_is_held() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from providers.engines.pulumi.watchdog import engine; print(engine())"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(done.stdout) in (os.getpid(), engine())


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
    assert alive(engine())


def test_a_write_for_a_dead_engine_is_refused() -> None:
    check = (
        "import subprocess, sys\n"
        "from providers.engines.pulumi import watchdog\n"
        "dead = subprocess.Popen([sys.executable, '-c', ''])\n"
        "dead.wait()\n"
        "watchdog._watched = dead.pid\n"
        "watchdog.ensure_engine_alive()\n"
    )
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=False)
    assert "the Pulumi engine is gone, so nothing more is changed; run the same command again." in done.stderr


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="procfs names the processes here")
def test_a_process_name_with_brackets_and_blanks_is_read_whole(tmp_path: Path) -> None:
    odd = tmp_path / "a (b) c"
    odd.write_text("#!/bin/sh\nsleep 30\n:\n")
    odd.chmod(0o755)
    with subprocess.Popen([odd]) as process:
        limit = time.monotonic() + 5
        while (found := watchdog._parent_and_name(process.pid))[1] != "a (b) c" and time.monotonic() < limit:
            time.sleep(0.01)
        process.kill()
    assert found == (os.getpid(), "a (b) c")


def test_a_process_that_is_gone_has_no_parent() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    assert watchdog._parent_and_name(process.pid) == (0, "")

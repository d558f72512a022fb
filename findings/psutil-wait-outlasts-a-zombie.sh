#!/bin/sh
# psutil: `Process.wait` of somebody else's child goes on until that child's parent has buried it.
#
# One would guess: `wait` returns when the process ends, on Linux by way of a pidfd, which is readable from that moment on.
# What happens: a process that has ended and is not yet waited for by its parent (a zombie) is waited for further, by looking
# whether its number still exists; a parent that never waits makes that for ever. A pidfd of one's own is readable at once.
# With: psutil 7.2.2, Linux. Source: psutil/_psposix.py, `wait_pid_pidfd_open` (ChildProcessError: falls back to polling).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check psutil==7.2.2
"$folder/venv/bin/python" - <<'PYTHON'
import os
import select
import subprocess
import sys

import psutil

# A parent that never waits for its child, which ends at once when its standard input does.
parent = "import subprocess, sys, time\nchild = subprocess.Popen(['cat'], stdin=subprocess.PIPE)\nprint(child.pid, flush=True)\n"
parent += "sys.stdin.readline()\nchild.stdin.close()\ntime.sleep(60)\n"
with subprocess.Popen([sys.executable, "-c", parent], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as lazy:
    child = psutil.Process(int(lazy.stdout.readline()))
    ends = select.poll()
    ends.register(os.pidfd_open(child.pid), select.POLLIN)
    assert not ends.poll(0)
    lazy.stdin.write("end it\n")
    lazy.stdin.flush()
    assert ends.poll(10_000), "the pidfd does not tell the end any more"
    assert child.status() == psutil.STATUS_ZOMBIE
    try:
        child.wait(timeout=3)
    except psutil.TimeoutExpired:
        print(f"psutil {psutil.__version__}: the pidfd told the end, and `wait` still waits 3 seconds later")
    else:
        raise SystemExit("changed: `wait` returns at the end of somebody else's child")
    finally:
        lazy.kill()
PYTHON

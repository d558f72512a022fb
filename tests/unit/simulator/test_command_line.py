from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import requests

from tests.unit.simulator.site import TIMEOUT

ROOT = Path(__file__).parents[3]


def test_it_prints_one_line_serves_at_once_and_ends_on_a_signal() -> None:
    command = [sys.executable, "-m", "simulator", "--port", "0", "--latency-ms", "20"]
    started = time.monotonic()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            url = line.split()[1]
            companies = requests.get(url, timeout=TIMEOUT).json()["companies"]
            took = time.monotonic() - started
            kinds = [console["kind"] for company in companies for console in company["consoles"]]
            company = companies[0]
            auth = (f"{company['companyId']}+{company['publicKey']}", company["privateKey"])
            headers = {"clientId": company["clientId"]}
            answer = requests.get(f"{url}/v2025_1/apis/3.0/system/info", auth=auth, headers=headers, timeout=TIMEOUT)
            assert answer.elapsed.total_seconds() >= 0.02
        finally:
            process.send_signal(signal.SIGINT)
            rest, problems = process.communicate(timeout=TIMEOUT)
    assert f"GET {url}/" in line
    assert (kinds, answer.status_code) == (["msp", "mssp"], 200)
    assert (rest, problems, process.returncode) == ("", "", 0)
    assert took < 20, "a second is the aim; a busy machine is forgiven"


def test_a_taken_port_is_told_in_words() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        command = [sys.executable, "-m", "simulator", "--port", str(taken.getsockname()[1])]
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=TIMEOUT, check=False)
    assert ended.returncode == 1
    assert ended.stderr.startswith("cannot listen on 127.0.0.1:")
    assert "Traceback" not in ended.stderr

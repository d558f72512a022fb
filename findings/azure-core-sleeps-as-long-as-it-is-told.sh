#!/bin/sh
# azure-core: a `Retry-After` is slept whatever the longest back-off is, and makes any request worth repeating.
#
# One would guess: `retry_backoff_max` bounds every pause between two tries, and a POST that failed with 400 is not sent again.
# What happens: the header is slept as it stands, an hour if it says so, in the calling thread; and its presence alone makes
# any answer from 400 on a reason to repeat any method, before methods and status codes are looked at.
# With: azure-core 1.41.0. Source: azure/core/pipeline/policies/_retry.py, `RetryPolicy._sleep_for_retry` and `is_retry`.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check azure-core==1.41.0
"$folder/venv/bin/python" - <<'PYTHON'
import http.server
import threading

import azure.core
from azure.core import PipelineClient
from azure.core.pipeline.policies import RetryPolicy
from azure.core.pipeline.transport import RequestsTransport
from azure.core.rest import HttpRequest

asked, slept = [], []


class Patient(http.server.BaseHTTPRequestHandler):
    """Refuses twice, with an hour's `Retry-After` if the path wants one."""

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        asked.append(self.path)
        self.send_response(400 if len(asked) < 3 else 200)
        if self.path == "/with":
            self.send_header("Retry-After", "3600")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


class Awake(RequestsTransport):
    """Notes how long it was to sleep, and does not."""

    def sleep(self, duration):
        slept.append(duration)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Patient)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_port}"
client = PipelineClient(url, transport=Awake(), policies=[RetryPolicy(retry_total=3, retry_backoff_max=5)])


def post(path):
    asked.clear()
    slept.clear()
    status = client.send_request(HttpRequest("POST", f"{url}{path}", content=b"once")).status_code
    print(f"POST {path} Retry-After: sent {len(asked)} times, slept {slept}, ended with {status}")
    return len(asked), list(slept)


print("azure-core", azure.core.__version__)
assert post("/without") == (1, []), "a refused POST is repeated by itself"
assert post("/with") == (3, [3600.0, 3600.0]), "changed: the pause is bounded, or the POST is not repeated"
print("as found: five seconds were the most that was asked for, and two hours would have been slept")
PYTHON

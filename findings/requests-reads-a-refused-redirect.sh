#!/bin/sh
# requests: a redirect that is not followed is downloaded all the same.
#
# One would guess: with `stream=True` nothing of the body is read until it is asked for, and with `allow_redirects=False`
# a redirect is an answer like any other, so both together return once the headers are there.
# What happens: the whole body is read first, however long it takes. To offer `Response.next`, the session prepares the
# request that it would send, and on the way there it consumes the body; a read timeout bounds one silence, not the whole.
# With: requests 2.34.2. Source: requests/sessions.py, `Session.send` ("If redirects aren't being followed") and
# `resolve_redirects` ("Consume socket so it can be released"). A session whose `get_redirect_target` returns None does not.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check requests==2.34.2
"$folder/venv/bin/python" - <<'PYTHON'
import http.server
import threading
import time

import requests

PIECES, PAUSE = 3, 0.5


class Slow(http.server.BaseHTTPRequestHandler):
    """Answers with a redirect, or not, and takes its time over the body."""

    def do_GET(self):
        self.send_response(302 if self.path == "/redirect" else 200)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", str(PIECES * 1000))
        self.end_headers()
        try:
            for _ in range(PIECES):
                time.sleep(PAUSE)
                self.wfile.write(b"x" * 1000)
        except ConnectionError:
            pass  # who does not want the body leaves

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Slow)
threading.Thread(target=server.serve_forever, daemon=True).start()


def measure(path):
    begun = time.monotonic()
    with requests.get(f"http://127.0.0.1:{server.server_port}{path}", allow_redirects=False, stream=True) as answer:
        took = time.monotonic() - begun
        print(f"{path}: {answer.status_code} returned after {took:.2f} s, body read already: {answer._content_consumed}")
        return took


print("requests", requests.__version__)
plain, redirect = measure("/plain"), measure("/redirect")
assert plain < PAUSE, "a streamed answer waits for its body"
assert redirect > PIECES * PAUSE * 0.9, "changed: the redirect's body is not waited for any more"
print("as found: the redirect that was not to be followed was read to its end")
PYTHON

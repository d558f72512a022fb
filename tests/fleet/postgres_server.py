"""A real PostgreSQL in a throw-away home. It refuses to run as root, so root starts it as somebody else."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import psycopg

from tests.vault.server import find_free_port, need
from toolchain.parts import POSTGRES

_PATIENCE = 120.0
PASSWORD = "a password of the database"  # which an address has to quote
_QUOTED = "a%20password%20of%20the%20database"
_QUICK = ("-F", "-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "shared_buffers=16MB")


class PostgresServer:
    """One on loopback, without TLS, where only the password lets in."""

    def __init__(self) -> None:
        # In the machine's own folder for such: pytest's is closed to others.
        self._home = Path(tempfile.mkdtemp(prefix="postgres-"))
        self._log = (self._home / "log").open("wb")
        self._account = _choose_account()
        if self._account:
            os.chown(self._home, self._account.pw_uid, self._account.pw_gid)
        self._bin = self._reach(need(POSTGRES).resolve().parent)
        self.port = find_free_port()
        self._make_cluster()
        self._process = self._start()

    def make_address(self, database: str = "states") -> str:
        """Make a database; its address as the engine takes it."""
        with self.connect("postgres") as connection:
            connection.execute(f'CREATE DATABASE "{database}"')
        return f"postgres://keeper:{_QUOTED}@127.0.0.1:{self.port}/{database}?sslmode=disable"

    def connect(self, database: str) -> psycopg.Connection[Any]:
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user="keeper", password=PASSWORD, dbname=database, autocommit=True
        )

    def restart(self) -> None:
        """End every connection, as an upgrade of the server does."""
        self.stop_serving()
        self.serve_again()

    def stop_serving(self) -> None:
        """End it, and keep what it holds."""
        self._process.send_signal(signal.SIGINT)  # SIGTERM would wait for who is connected
        self._process.wait(_PATIENCE)

    def serve_again(self) -> None:
        self._process = self._start()

    @contextmanager
    def speaking_tls(self, certificate: Path, key: Path) -> Iterator[None]:
        """Let it offer TLS for a while."""
        for kind, file in (("cert", certificate), ("key", key)):
            copy = self._home / f"tls.{kind}"
            copy.write_bytes(file.read_bytes())
            copy.chmod(0o600)
            if self._account:
                os.chown(copy, self._account.pw_uid, self._account.pw_gid)
            self._configure(f"SET ssl_{kind}_file = '{copy}'")
        self._configure("SET ssl = on")
        yield
        self._configure("RESET ssl")

    def _configure(self, change: str) -> None:
        with self.connect("postgres") as connection:
            connection.execute(f"ALTER SYSTEM {change}")
            connection.execute("SELECT pg_reload_conf()")

    def stop(self) -> None:
        self.stop_serving()
        self._log.close()
        shutil.rmtree(self._home)

    def _reach(self, folder: Path) -> Path:
        """Where the account can run the commands. Those of a wheel are in root's home, closed to it: a copy."""
        try:
            self._run(folder / "initdb", "--version")
        except PermissionError:
            wheel = next(place for place in folder.parents if list(place.glob("*.libs")))  # what they are linked with
            shutil.copytree(wheel, self._home / "wheel", symlinks=True)
            return self._home / "wheel" / folder.relative_to(wheel)
        return folder

    def _make_cluster(self) -> None:
        password = self._home / "password"
        password.write_text(PASSWORD, encoding="utf-8")
        if self._account:
            os.chown(password, self._account.pw_uid, self._account.pw_gid)
        options = ("--auth=scram-sha-256", "--username=keeper", f"--pwfile={password}", "--encoding=UTF8", "--no-sync")
        self._run(self._bin / "initdb", "-D", str(self._home / "data"), *options)

    def _start(self) -> subprocess.Popen[bytes]:
        command = [str(self._bin / "postgres"), "-D", str(self._home / "data"), "-h", "127.0.0.1", "-p", str(self.port)]
        process: subprocess.Popen[bytes] = subprocess.Popen([*command, "-k", "", *_QUICK], **self._as_account())
        until = monotonic() + _PATIENCE
        while True:
            assert process.poll() is None and monotonic() < until, self._read_log()
            try:
                self.connect("postgres").close()
            except psycopg.OperationalError:
                sleep(0.05)
            else:
                return process

    def _run(self, *command: str | Path) -> None:
        done = subprocess.run(command, check=False, timeout=_PATIENCE, **self._as_account())
        assert done.returncode == 0, self._read_log()

    def _as_account(self) -> dict[str, Any]:
        account = self._account
        who = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
        environment = {"PATH": os.environ["PATH"], "HOME": str(self._home), "LC_ALL": "C"}
        quiet = {"stdin": subprocess.DEVNULL, "stdout": self._log, "stderr": self._log}
        return {"cwd": self._home, "env": environment, **quiet, **who}

    def _read_log(self) -> str:
        return (self._home / "log").read_text(encoding="utf-8", errors="replace")


def _choose_account() -> pwd.struct_passwd | None:
    """Whom root starts it as; nobody else needs another account."""
    if os.getuid():
        return None
    known = {account.pw_name: account for account in pwd.getpwall()}
    return known.get("postgres") or known["nobody"]

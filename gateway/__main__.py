"""`python -m gateway --config FILE`: serve until stopped. `… login CONSOLE`: sign in at a window."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from contextlib import suppress
from pathlib import Path

from gateway.configuration import Configuration, ConfigurationError, is_loopback, load
from gateway.house import House
from gateway.login import LoginError, login
from gateway.server import listen, server, url_of
from gateway.sources import SourceError

# Playwright's own logs hold what is typed and what the screens show.
_TALKATIVE = ("DEBUG", "PWDEBUG", "DEBUGP")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m gateway", description=__doc__)
    parser.add_argument("--config", type=Path, required=True, help="the configuration; docs/gateway.md describes it")
    verbs = parser.add_subparsers(dest="verb", metavar="login CONSOLE")
    verbs.add_parser("login", help="open a window in which a person signs in").add_argument("console")
    options = parser.parse_args(arguments)
    talkative = [name for name in _TALKATIVE if os.environ.get(name)]
    if talkative:
        return _stop(f"{talkative[0]} is set, which would put keys into logs; unset it", 2)
    try:
        whole = load(options.config)
        return _login(whole, options.console) if options.verb == "login" else _serve(whole)
    except (ConfigurationError, SourceError) as problem:
        return _stop(str(problem), 2)
    except LoginError as problem:
        return _stop(str(problem), 1)
    except OSError as problem:
        return _stop(f"{problem.strerror}: {problem.filename or whole.listen}", 1)


def _serve(whole: Configuration) -> int:
    house = House(whole)
    sock = listen(whole.host, whole.port)
    if not is_loopback(whole.host):
        print(f"gateway: {whole.host} is not a loopback address; put TLS in front of it", file=sys.stderr, flush=True)
    print(f"gateway: {url_of(sock)}", flush=True)
    with suppress(KeyboardInterrupt):  # uvicorn shuts down first and then passes the signal on
        server(house).run(sockets=[sock])
    return 0


def _login(whole: Configuration, name: str) -> int:
    if name not in whole.consoles:
        raise ConfigurationError(f"there is no console '{name}'; there is {', '.join(whole.consoles)}")
    print(f"gateway: sign in to {name} in the window; it closes by itself", flush=True)
    with suppress(KeyboardInterrupt):
        asyncio.run(login(whole, name))
        print("gateway: signed in; what waited for it goes on", flush=True)
        return 0
    return 130


def _stop(sentence: str, code: int) -> int:
    print(f"gateway: {sentence}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())

"""`python -m gateway --config FILE`: serve until stopped. `… login CONSOLE`: sign in at a window."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import sys
import time
from contextlib import suppress
from pathlib import Path

from gateway.api.server import create_server, format_url, listen
from gateway.configuration import Configuration, is_loopback, load_configuration
from gateway.consoles.registry import Consoles
from gateway.credentials import CredentialError
from gateway.login import LoginError, login
from gateway.validation import ConfigurationError

# Playwright's own logs hold what is typed and what the screens show.
_LOGGING_VARIABLES = ("DEBUG", "PWDEBUG", "DEBUGP")


def main(arguments: list[str] | None = None, name: str = "python -m gateway") -> int:
    """Serve, or sign in at a window; the exit code."""
    parser = argparse.ArgumentParser(prog=name, description=__doc__)
    parser.add_argument("--config", type=Path, required=True, help="the configuration; docs/gateway.md describes it")
    verbs = parser.add_subparsers(dest="verb", metavar="login CONSOLE")
    verbs.add_parser("login", help="open a window in which a person signs in").add_argument("console")
    options = parser.parse_args(arguments)
    set_variables = [name for name in _LOGGING_VARIABLES if os.environ.get(name)]
    if set_variables:
        return _fail(f"{set_variables[0]} is set, which would put keys into logs; unset it", 2)
    try:
        configuration = load_configuration(options.config)
        return _login(configuration, options.console) if options.verb == "login" else _serve(configuration)
    except (ConfigurationError, CredentialError) as error:
        return _fail(str(error), 2)
    except LoginError as error:
        return _fail(str(error), 1)
    except OSError as error:
        return _fail(f"{error.strerror}: {error.filename or configuration.listen}", 1)


def _serve(configuration: Configuration) -> int:
    consoles = Consoles(configuration)
    sock = listen(configuration.host, configuration.port)
    if not is_loopback(configuration.host):
        warning = f"gateway: {configuration.host} is not a loopback address; put TLS in front of it"
        print(warning, file=sys.stderr, flush=True)
    _start_log()
    print(f"gateway: {format_url(sock)}", flush=True)
    with suppress(KeyboardInterrupt):  # uvicorn shuts down first and then passes the signal on
        create_server(consoles).run(sockets=[sock])
    return 0


def _start_log() -> None:
    """Log each operation and each refused token on standard error, with the time in UTC."""
    formatter = logging.Formatter("gateway: %(asctime)sZ %(message)s", "%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    log = logging.getLogger("gateway")
    log.handlers, log.propagate = [handler], False
    log.setLevel(logging.INFO)


def _login(configuration: Configuration, name: str) -> int:
    if name not in configuration.consoles:
        raise ConfigurationError(f"there is no console '{name}'; there is {', '.join(configuration.consoles)}")
    print(f"gateway: sign in to {name} in the window; it closes by itself", flush=True)
    with suppress(KeyboardInterrupt):
        asyncio.run(login(configuration, name))
        print("gateway: signed in; what waited for it goes on", flush=True)
        return 0
    return 130


def _fail(message: str, code: int) -> int:
    print(f"gateway: {message}", file=sys.stderr)
    return code


def run() -> int:
    """Run what the installed command `umbrella-psa-gateway` was given; its exit code."""
    return main(name="umbrella-psa-gateway")


if __name__ == "__main__":
    sys.exit(main())

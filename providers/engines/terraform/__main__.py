"""The provider's process: `python -m providers.engines.terraform`, started by an engine."""

from __future__ import annotations

import atexit
import gc
import os
import sys


def run() -> int:
    """Serve the engine that started us; the exit code."""
    # The process lives as long as one run: collections during its imports are felt, and so is the last one, at its end.
    gc.disable()
    atexit.register(gc.freeze)
    from providers.engines.terraform.handshake import NoEngine, read_client_certificate

    try:
        certificate = read_client_certificate(os.environ)
    except NoEngine as error:
        print(error, file=sys.stderr)
        return 1
    from providers.core.terms import use_terms
    from providers.engines.terraform.diagnostics import make_terms
    from providers.engines.terraform.provider import Provider
    from providers.engines.terraform.transport import serve
    from providers.engines.terraform.watchdog import Lifeline, name_engine

    lifeline = Lifeline()
    lifeline.watch()
    use_terms(make_terms(name_engine()))
    serve(Provider(lifeline).list_calls(), certificate)
    return 0


if __name__ == "__main__":
    sys.exit(run())

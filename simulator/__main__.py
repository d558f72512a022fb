"""`python -m simulator --port N`: serve until stopped."""

from __future__ import annotations

import argparse
import sys
from contextlib import suppress

from simulator import company_factory
from simulator.faults.latency_limits import Latency
from simulator.server import create_server, format_url, listen
from simulator.world import World

SEEDED = (("demo-msp", "msp", "1000001"), ("demo-mssp", "mssp", "1000002"))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=8025, help="0 picks a free one (default: %(default)s)")
    parser.add_argument("--host", default="127.0.0.1", help="default: %(default)s")
    parser.add_argument("--latency-ms", type=float, default=0, help="how long every simulated answer takes")
    options = parser.parse_args(arguments)
    world = World()
    world.traffic.set_latency(Latency(ms=max(0, options.latency_ms)))
    entry = world.log.open_entry("START", "/", "", listed=False)
    for company_id, kind, console_id in SEEDED:
        actor = world.make_actor(company_factory.ADMIN, entry)
        company_factory.create_company(world, actor, company_id, "v2025_1/", [(kind, console_id)], None)
    try:
        sock = listen(options.host, options.port)
    except OSError as problem:
        print(f"cannot listen on {options.host}:{options.port}: {problem.strerror}", file=sys.stderr)
        return 1
    url = format_url(sock)
    print(f"simulator: {url} (invented companies and their credentials: GET {url}/)", flush=True)
    with suppress(KeyboardInterrupt):  # uvicorn shuts down first and then passes the signal on
        create_server(world).run(sockets=[sock])
    return 0


if __name__ == "__main__":
    sys.exit(main())

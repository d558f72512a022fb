"""`GET /`: what this is, and all that is needed to try it."""

from __future__ import annotations

from html import escape
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from simulator.company_factory import list_credentials
from simulator.world import World

DESCRIPTION: Final = (
    "A simulator of the ConnectWise PSA REST API, of Cisco Umbrella's API and PSA screen, and of the console gateways "
    "between them. All companies, people and keys in it are invented and live in memory only."
)


async def show_index(world: World, request: Request) -> Response:
    site = str(request.base_url).rstrip("/")
    page: dict[str, Any] = {
        "what": DESCRIPTION,
        "control": f"{site}/_sim/openapi.json",
        "screens": f"{site}/_sim/companies/{{companyId}}/screens",
        "companies": [list_credentials(world, company, site) for company in world.companies.values()],
    }
    if "text/html" not in request.headers.get("accept", ""):
        return JSONResponse(page)
    tables = {company["companyId"]: _render_table(company) for company in page["companies"]}
    sections = "".join(f"<h2>{escape(name)}</h2>{table}" for name, table in tables.items())
    link = f'<p>Control plane: <a href="/_sim/openapi.json">{escape(page["control"])}</a></p>'
    link += f"<p>The consoles' screens, and who may sign in to them: <code>{escape(page['screens'])}</code></p>"
    head = "<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>PSA simulator</title></head>"
    return HTMLResponse(f"{head}<body><h1>PSA simulator</h1><p>{escape(DESCRIPTION)}</p>{link}{sections}</body></html>")


def _render_table(values: dict[str, Any]) -> str:
    rows = ""
    for name, value in values.items():
        cell = "".join(map(_render_table, value)) if isinstance(value, list) else f"<code>{escape(value)}</code>"
        rows += f"<tr><th align=left>{escape(name)}</th><td>{cell}</td></tr>"
    return f"<table>{rows}</table>"

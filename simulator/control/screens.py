"""`/_sim/companies/{id}/screens`: how the consoles' screens behave, and who can sign in to them.

`GET` shows the modes, the screens' addresses, each person's password and the code of the second factor. `PUT` sets
the modes that are named, for the ConnectWise client and the company's Umbrella consoles alike: `secondFactor` and
`captcha` at sign-in, `sessionSeconds` of idleness after which a session ends, `slowMs` that every answer takes,
`lateMs` within which each piece of a page appears, `notice` that every page shows as an alert, `noticeAfterSave`
that appears as one after each Save, `labels` that are shown instead of the documented ones
(`{"Save": "Apply"}`), `nativeLists` for drop-downs of the browser's own, `placeholders` for values that show as such,
`descriptionLimit` and `descriptionTrim` for what a console keeps of a new key's description.
`POST …/expire` ends every session now.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from simulator.control.dependencies import TheCompany, TheSite
from simulator.services.connectwise.models import PsaCompany
from simulator.services.console.sessions import ScreenModes
from simulator.world import TheWorld, World

routes = APIRouter(prefix="/_sim/companies/{company_id}/screens", tags=["screens"])


@routes.get("")
async def get_screens(world: TheWorld, company: TheCompany, site: TheSite) -> dict[str, Any]:
    return _render_screens(world, company, site)


@routes.put("")
async def set_modes(world: TheWorld, company: TheCompany, site: TheSite, update: ScreenModes) -> dict[str, Any]:
    modes = world.screens.get(company).modes
    for name in update.model_fields_set:
        setattr(modes, name, getattr(update, name))
    return _render_screens(world, company, site)


@routes.post("/expire", status_code=204)
async def expire_sessions(world: TheWorld, company: TheCompany) -> Response:
    world.screens.get(company).sessions.clear()
    return Response(status_code=204)


def _render_screens(world: World, company: PsaCompany, site: str) -> dict[str, Any]:
    addresses = {"connectwise": f"{site}/console/connectwise/{company.id}"}
    for console in world.list_consoles(company.id):
        path = f"{console.kind}/{console.id}"
        addresses[path] = f"{site}/console/umbrella/{path}"
    return {"addresses": addresses, **world.screens.to_dict(company)}

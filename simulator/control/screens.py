"""`/_sim/companies/{id}/screens`: how the consoles' screens behave, and who can sign in to them.

`GET` shows the modes, the screens' addresses, each person's password and the code of the second factor. `PUT` changes
the modes that are named, for the ConnectWise client and the company's Umbrella consoles alike: `secondFactor` and
`captcha` at sign-in, `sessionSeconds` of idleness after which a session ends, `slowMs` that every answer takes,
`lateMs` within which each piece of a page turns up, `notice` that stands on every page as an alert, `noticeAfterSave`
that turns up as one after each Save, `labels` that are shown instead of the documented ones
(`{"Save": "Apply"}`). `POST …/expire` ends every session now.
"""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from simulator.connectwise.models import Company
from simulator.control.desk import TheCompany, TheSite
from simulator.world import TheWorld, World


class ModesWanted(BaseModel):
    model_config = ConfigDict(extra="forbid")
    secondFactor: bool = False
    captcha: bool = False
    sessionSeconds: float = Field(1200, gt=0)
    slowMs: float = Field(0, ge=0, le=60_000)
    lateMs: float = Field(0, ge=0, le=60_000)
    notice: str = ""
    noticeAfterSave: str = ""
    labels: dict[str, str] = Field(default_factory=dict)


_ATTRIBUTES = {
    "secondFactor": "second_factor",
    "captcha": "captcha",
    "sessionSeconds": "session_seconds",
    "slowMs": "slow_ms",
    "lateMs": "late_ms",
    "notice": "notice",
    "noticeAfterSave": "notice_after_save",
    "labels": "labels",
}

routes = APIRouter(prefix="/_sim/companies/{company_id}/screens", tags=["screens"])


@routes.get("")
async def shown(world: TheWorld, company: TheCompany, site: TheSite) -> dict[str, Any]:
    return _shown(world, company, site)


@routes.put("")
async def change(world: TheWorld, company: TheCompany, site: TheSite, wanted: ModesWanted) -> dict[str, Any]:
    modes = world.screens.of(company).modes
    for name in wanted.model_fields_set:
        setattr(modes, _ATTRIBUTES[name], getattr(wanted, name))
    return _shown(world, company, site)


@routes.post("/expire", status_code=204)
async def expire(world: TheWorld, company: TheCompany) -> Response:
    world.screens.of(company).sessions.clear()
    return Response(status_code=204)


def _shown(world: World, company: Company, site: str) -> dict[str, Any]:
    consoles = {
        f"{one.kind}/{one.id}": f"{site}/console/umbrella/{one.kind}/{one.id}" for one in world.consoles_of(company.id)
    }
    addresses = {"connectwise": f"{site}/console/connectwise/{company.id}", **consoles}
    return {"addresses": addresses, **world.screens.shown(company)}

"""A company as data, and the same one restored from it: the same ids, the same keys, the same consoles."""

from __future__ import annotations

from typing import Any, Final

from pydantic import TypeAdapter

from simulator.company_factory import register_company
from simulator.services.connectwise.models import PsaCompany
from simulator.services.umbrella.models import UmbrellaConsole
from simulator.world import World

_COMPANY: Final = TypeAdapter(PsaCompany)
_CONSOLES: Final = TypeAdapter(list[UmbrellaConsole])
# What belongs to the running simulator, not to the company; a restored one begins a new history.
_TRANSIENT: Final = {"watchers", "history"}


class AlreadyExists(Exception):
    """A company or a console of that name exists already."""


def take_snapshot(world: World, company: PsaCompany) -> dict[str, Any]:
    """Dump the company whole, private keys and tokens included: for throw-away companies only."""
    return {
        "company": _COMPANY.dump_python(company, mode="json", by_alias=True, exclude=_TRANSIENT),
        "consoles": _CONSOLES.dump_python(world.list_consoles(company.id), mode="json"),
    }


def restore_snapshot(world: World, snapshot: dict[str, Any]) -> PsaCompany:
    """Register the company of a snapshot.

    Raises:
        AlreadyExists: Its name or one of its consoles is taken.
        KeyError, pydantic.ValidationError: It is not a snapshot.
    """
    company = _COMPANY.validate_python(snapshot["company"])
    consoles = _CONSOLES.validate_python(snapshot["consoles"])
    taken = {console.key for console in consoles} & world.consoles.keys()
    if company.id in world.companies or taken:
        raise AlreadyExists(f"There is already a company {company.id} or a console of its.")
    register_company(world, company, consoles)
    return company

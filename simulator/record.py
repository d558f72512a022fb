"""A company as data, and the same one founded again from it: the same ids, the same keys, the same consoles."""

from typing import Any, Final

from pydantic import TypeAdapter

from simulator.connectwise.models import Company
from simulator.founding import welcome
from simulator.umbrella.models import Console
from simulator.world import World

_COMPANY: Final = TypeAdapter(Company)
_CONSOLES: Final = TypeAdapter(list[Console])
# What belongs to the running simulator, not to the company; its past is told anew.
_RUNNING: Final = {"watchers", "history"}


class AlreadyThere(Exception):
    """A company or a console of that name is here already."""


def record(world: World, company: Company) -> dict[str, Any]:
    """Everything that it is, private keys and tokens included: for throw-away companies only."""
    return {
        "company": _COMPANY.dump_python(company, mode="json", exclude=_RUNNING),
        "consoles": _CONSOLES.dump_python(world.consoles_of(company.id), mode="json"),
    }


def found_again(world: World, recorded: dict[str, Any]) -> Company:
    """The company of a record. Raises AlreadyThere, and KeyError or pydantic's ValidationError for what is none."""
    company = _COMPANY.validate_python(recorded["company"])
    consoles = _CONSOLES.validate_python(recorded["consoles"])
    taken = {(console.kind, console.id) for console in consoles} & world.consoles.keys()
    if company.id in world.companies or taken:
        raise AlreadyThere(f"There is already a company {company.id} or a console of its.")
    welcome(world, company, consoles)
    return company

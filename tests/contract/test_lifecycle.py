"""A tenant from nothing to nothing, call by call as the engine makes them."""

from __future__ import annotations

from typing import Any

from tests.contract.company import Company
from tests.contract.conftest import Start
from tests.contract.tenant_fixture import MadeIds, make_stack


def test_what_is_made_is_what_every_stack_remembers_and_goes_again(start: Start, company: Company) -> None:
    provider = start()
    known, made = MadeIds(), dict[str, tuple[str, dict[str, Any]]]()
    for kind in make_stack(company, known):
        checked = provider.check(kind, make_stack(company, known)[kind].asked)
        assert (kind, checked.failures) == (kind, [])
        object_id, outputs = made[kind] = provider.create(kind, checked.inputs)
        if kind == "SecurityRole":
            known = known._replace(role_id=object_id)
        elif kind == "ApiMember":
            known = known._replace(member_id=object_id)
        elif kind == "ApiKey":
            shown = {name: outputs[name] for name in ("public_key", "private_key", "full_description")}
            known = known._replace(key_id=object_id, **shown)
        remembered = make_stack(company, known)[kind]
        dated = {"minted_on": outputs["minted_on"]} if kind == "ApiKey" else {}
        assert (kind, object_id, outputs) == (kind, remembered.id, {**remembered.outputs, **dated})
        assert provider.read(kind, object_id, outputs) == (object_id, outputs, checked.inputs)
        assert provider.diff(kind, object_id, outputs, checked.inputs) == (False, [])
    assert known.private_key in company.private_keys()

    provider = start()  # a destroy is a run of its own
    for kind, (object_id, outputs) in reversed(made.items()):
        provider.delete(kind, object_id, outputs)
    assert [role["name"] for role in company.ask("GET", "")["roles"] if role["name"] == "Umbrella"] == []
    assert (company.member()["inactiveFlag"], company.member()["keys"]) == (True, [])
    assert company.sink()["enabled"] is False
    assert company.dead_moments() == []
    assert provider.read_stderr() == ""

"""A look is recorded by a refresh; the next look starts from that record and must see the same."""

from __future__ import annotations

from typing import Any

import pytest

from providers.connectwise.api_member import ApiMemberHandler
from tests.unit.providers.connectwise.answers import Holder
from tests.unit.providers.connectwise.fakes import Console, Site
from tests.unit.providers.connectwise.test_api_member import DEFAULTS, make_args
from tests.unit.providers.connectwise.world import World
from tests.unit.providers.core.verdict import compare


class Looks:
    """A member as it was made, looked at again and again, each look from what the one before recorded."""

    def __init__(self, **wish: Any) -> None:
        self.world = World()
        self.world.add_role("Umbrella")
        self.wanted = make_args(**wish)
        self.handler = ApiMemberHandler(Site(self.world), Console(self.world), Holder())
        self.id, self.recorded = self.handler.create(self.wanted)

    def drift(self, **touched: Any) -> list[str]:
        """The fields that differ in the next look, after somebody touched these."""
        self.world.members[int(self.id)].fields |= touched
        seen = self.handler.read(self.id, self.recorded)
        assert seen is not None
        self.recorded = seen
        return compare(self.handler, seen, self.wanted).fields


@pytest.mark.parametrize(
    ("touched", "field"),
    [
        ({"name": "Other"}, "name"),
        ({"emailAddress": "other@example.com"}, "email"),
        ({"inactiveFlag": True}, "active"),
        ({"securityRole": {"id": 99}}, "role_id"),
        ({"securityLocation": {"id": 2}}, "defaults"),
        ({"timeZone": None}, "defaults"),
    ],
)
def test_drift_stays_drift_however_often_it_is_looked_at(touched: dict[str, Any], field: str) -> None:
    looks = Looks(email="psa@example.com")
    assert [looks.drift(**touched), looks.drift(), looks.drift()] == [[field]] * 3


@pytest.mark.parametrize(
    ("wish", "touched"),
    [
        ({}, {"name": "Other"}),
        ({}, {"timeZone": {"id": 2}}),
        ({}, {"securityLocation": {"id": 2}}),
        ({"defaults": {**DEFAULTS, "timeZone": "cet"}}, {"timeZone": {"id": 2}}),
        ({"email": "psa@example.com"}, {"emailAddress": None}),
    ],
)
def test_what_somebody_put_back_is_no_drift_any_more(wish: dict[str, Any], touched: dict[str, Any]) -> None:
    looks = Looks(**wish)
    before = {name: looks.world.members[int(looks.id)].fields.get(name) for name in touched}
    assert looks.drift(**touched)
    assert looks.drift(**before) == []

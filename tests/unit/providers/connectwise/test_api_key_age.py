"""The day of minting is an input: kept by `check`, moved on when the key is due or another one is asked for."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import SecretStr

from providers.connectwise.api_key import ApiKeyArgs, ApiKeyHandler, ApiKeyState
from tests.unit.providers.connectwise.answers import Gate, Holder, KnowsKeys
from tests.unit.providers.connectwise.fakes import Console, Site
from tests.unit.providers.connectwise.test_api_key import make_args
from tests.unit.providers.connectwise.world import World
from tests.unit.providers.core.verdict import compare

TODAY = date(2026, 4, 11)  # a hundred days after the key was minted


@pytest.fixture
def handler() -> ApiKeyHandler:
    return ApiKeyHandler(Console(World()), Gate(), Holder(), KnowsKeys(), Site(World()))


def check_inputs(handler: ApiKeyHandler, unknown: frozenset[str] = frozenset(), **changed: Any) -> str:
    """The day that `check` puts into the inputs."""
    known = {name: value for name, value in dict(make_args(minted_on="", **changed)).items() if name not in unknown}
    return handler.check(make_args(), ApiKeyArgs.model_construct(**known), unknown, TODAY).minted_on


def test_a_new_key_is_minted_today(handler: ApiKeyHandler) -> None:
    assert handler.check(None, make_args(minted_on=""), frozenset(), TODAY).minted_on == "2026-04-11"


def test_the_day_is_kept_as_long_as_nothing_changes(handler: ApiKeyHandler) -> None:
    assert check_inputs(handler) == "2026-01-01"


@pytest.mark.parametrize(
    ("limit", "day"), [(None, "2026-01-01"), (101, "2026-01-01"), (100, "2026-04-11"), (1, "2026-04-11")]
)
def test_from_its_age_on_a_key_is_due(limit: int | None, day: str, handler: ApiKeyHandler) -> None:
    assert check_inputs(handler, max_age_days=limit) == day


@pytest.mark.parametrize(
    "changed", [{"rotate": "again"}, {"description": "Other"}, {"member_id": "12"}, {"owner": "1" * 12}]
)
def test_another_key_has_another_day(changed: dict[str, Any], handler: ApiKeyHandler) -> None:
    assert check_inputs(handler, **changed) == "2026-04-11"


def test_an_unknown_member_in_a_preview_keeps_the_day(handler: ApiKeyHandler) -> None:
    assert check_inputs(handler, unknown=frozenset({"member_id"})) == "2026-01-01"


def test_a_state_without_a_day_gets_one(handler: ApiKeyHandler) -> None:
    assert handler.check(make_args(minted_on=""), make_args(minted_on=""), frozenset(), TODAY).minted_on == "2026-04-11"


def test_a_clock_that_runs_behind_does_not_make_a_key_due(handler: ApiKeyHandler) -> None:
    wanted = make_args(minted_on="", max_age_days=1)
    assert handler.check(make_args(), wanted, frozenset(), date(2025, 1, 1)).minted_on == "2026-01-01"


def make_state(**changed: Any) -> ApiKeyState:
    return ApiKeyState(
        **make_args(**changed).model_dump(), public_key="pub", private_key=SecretStr("priv"), full_description="x"
    )


def test_a_replacement_by_age_says_so_and_why(handler: ApiKeyHandler) -> None:
    due = make_args(minted_on="2026-04-11", max_age_days=90)
    assert compare(handler, make_state(max_age_days=90), due).words == [
        "The API key pub will be replaced by a new one: it is 100 days old (maxAgeDays)."
    ]


def test_a_replacement_by_rotate_says_so_and_why(handler: ApiKeyHandler) -> None:
    assert compare(handler, make_state(), make_args(rotate="again", minted_on="2026-04-11")).words == [
        "The API key pub will be replaced by a new one because rotate changed from '' to 'again'."
    ]


@pytest.mark.parametrize(
    ("changed", "because"),
    [
        (
            {"tenant": "acme-2", "owner": "fedcba987654"},
            "the stack was renamed, and the key's tag says whose it is",
        ),
        ({"owner": "fedcba987654"}, "its owner is another, and the key's tag says whose it is"),
        ({"description": "Another"}, "keyDescription changed"),
        ({"member_id": "77"}, "it is another API member's"),
    ],
)
def test_a_replacement_by_a_rename_says_so_and_why(
    handler: ApiKeyHandler, changed: dict[str, str], because: str
) -> None:
    assert compare(handler, make_state(), make_args(**changed, minted_on="2026-04-11")).words == [
        f"The API key pub will be replaced by a new one because {because}."
    ]


def test_a_limit_that_is_set_for_the_first_time_is_told_as_the_reason(handler: ApiKeyHandler) -> None:
    words = compare(handler, make_state(max_age_days=None), make_args(minted_on="2026-04-11", max_age_days=90)).words
    assert words == ["The API key pub will be replaced by a new one: it is 100 days old (maxAgeDays)."]


def test_a_young_key_that_is_rotated_is_not_told_to_be_old(handler: ApiKeyHandler) -> None:
    words = compare(
        handler, make_state(max_age_days=365), make_args(rotate="again", minted_on="2026-01-04", max_age_days=365)
    ).words
    assert words == ["The API key pub will be replaced by a new one because rotate changed from '' to 'again'."]

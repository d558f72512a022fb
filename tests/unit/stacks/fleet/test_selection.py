"""Which tenants a command is about, and what is never the same for two of them."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from providers.core.errors import ProviderError
from stacks.fleet.selection import choose_tenants, refuse_shared_settings, require_confirmation
from stacks.fleet.waves import plan_waves, spread_by_site

EUROPE = "config:\n  umbrella-psa:labels:\n    region: eu\n    tier: 1\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in {"acme": EUROPE, "bell": "config: {}\n", "core": EUROPE, "example": EUROPE, "dune": "["}.items():
        (tmp_path / f"Pulumi.{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def test_all_are_those_with_a_file_but_the_example(folder: Path) -> None:
    assert choose_tenants((), every=True, labels=(), folder=folder) == ["acme", "bell", "core", "dune"]


def test_labels_choose_and_all_of_them_must_fit(folder: Path) -> None:
    assert choose_tenants((), every=False, labels=("region=eu", "tier=1"), folder=folder) == [
        "acme",
        "core",
        "dune",  # can't be read, so its row will say why
    ]
    assert choose_tenants(("core", "bell"), every=False, labels=("region=eu",), folder=folder) == ["core"]
    with pytest.raises(ProviderError, match="no tenant is labelled region=us"):
        choose_tenants(("acme", "bell"), every=False, labels=("region=us",), folder=folder)


def test_a_tenant_that_is_named_twice_is_one(folder: Path) -> None:
    assert choose_tenants(("bell", "acme", "bell"), every=False, labels=(), folder=folder) == ["bell", "acme"]


@pytest.mark.parametrize(
    ("named", "every", "labels", "says"),
    [
        ((), False, (), "name the tenants"),
        (("acme",), True, (), "not both"),
        ((), True, ("region",), "key=value"),
    ],
)
def test_a_choice_that_is_none_is_usage(
    folder: Path, named: tuple[str, ...], every: bool, labels: tuple[str, ...], says: str
) -> None:
    with pytest.raises(click.UsageError, match=says):
        choose_tenants(named, every=every, labels=labels, folder=folder)


def test_a_name_that_no_tenant_can_have_is_refused(folder: Path) -> None:
    with pytest.raises(ProviderError, match="Acme_1"):
        choose_tenants(("Acme_1",), every=False, labels=(), folder=folder)


def test_names_that_no_tenant_has_are_usage_beside_good_ones_too_and_told_with_what_was_meant(folder: Path) -> None:
    with pytest.raises(click.UsageError) as refused:
        choose_tenants(("acme", "belll", "nobody"), every=False, labels=(), folder=folder)
    first, second = refused.value.message.splitlines()
    assert first == f'there is no tenant belll: {folder / "Pulumi.belll.yaml"} is not there. Did you mean "bell"?'
    assert second == f"there is no tenant nobody: {folder / 'Pulumi.nobody.yaml'} is not there."


def test_an_empty_folder_says_how_to_begin(tmp_path: Path) -> None:
    with pytest.raises(ProviderError, match="new TENANT"):
        choose_tenants((), every=True, labels=(), folder=tmp_path)


@pytest.mark.parametrize(
    "name", ["UMBRELLA_PSA_CONNECTWISE_SITE", "UMBRELLA_PSA_UMBRELLA_CONSOLE_ID", "UMBRELLA_PSA_ROTATE"]
)
def test_one_tenants_setting_is_not_for_several(name: str) -> None:
    refuse_shared_settings(["acme"], {name: "x"})
    refuse_shared_settings(["acme", "bell"], {"UMBRELLA_PSA_MAX_AGE_DAYS": "90"})
    with pytest.raises(click.UsageError, match=f"{name} is set, and would be used for all 2 tenants"):
        refuse_shared_settings(["acme", "bell"], {name: "x"})


def test_what_takes_away_wants_the_number_said() -> None:
    require_confirmation(["acme"], None, "destroy")
    require_confirmation(["acme", "bell"], 2, "destroy")
    for confirmed in (None, 1, 3):
        with pytest.raises(click.UsageError, match="add --confirm 2"):
            require_confirmation(["acme", "bell"], confirmed, "destroy")


@pytest.mark.parametrize(("count", "sizes"), [(1, [1]), (2, [1, 1]), (4, [1, 1, 2]), (100, [1, 10, 89])])
def test_waves_are_one_then_a_tenth_then_the_rest(count: int, sizes: list[int]) -> None:
    waves = plan_waves(range(count))
    assert [len(wave) for wave in waves] == sizes
    assert [tenant for wave in waves for tenant in wave] == list(range(count))


def test_neighbours_are_of_different_sites() -> None:
    sites = {"a1": "a", "a2": "a", "a3": "a", "b1": "b", "c1": "c"}
    assert spread_by_site(sites, sites.__getitem__) == ["a1", "b1", "c1", "a2", "a3"]

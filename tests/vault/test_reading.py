"""The pair read back, for an engine whose state holds no private half; the same story in every kind."""

from __future__ import annotations

import pytest

from providers.core.errors import PermissionDenied, ProviderError
from tests.vault.locations import AgePlace, DrawerPlace, Place
from tests.vault.run import Run, make_args


def test_what_was_kept_is_read_back_and_nothing_else(place: Place) -> None:
    run = Run(place.settings)
    if isinstance(place, AgePlace | DrawerPlace):
        with pytest.raises(ProviderError, match="can be written and not read back"):
            run.gate.read()
        return
    assert run.gate.read() is None
    args = make_args(place.settings)
    Run(place.settings).up(None, args, minted=True)
    kept = Run(place.settings).gate.read()
    assert kept is not None
    assert (kept.key_id, kept.public_key, kept.private_key) == (args.key_id, args.public_key, args.private_key)


def test_a_policy_for_writing_only_is_told_which_right_is_missing(with_policy: object) -> None:
    place = with_policy({"secret/data/*": ["create", "update"]})  # type: ignore[operator]
    with pytest.raises(PermissionDenied, match="must grant read on secret/data/"):
        Run(place.settings).gate.read()

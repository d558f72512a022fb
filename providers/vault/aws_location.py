"""Where a secret in AWS is at home: region and account, which neither its name nor vault:url tells.

Another profile or region would find no secret of that name, take ours for deleted and make a second one. So the home,
read from the ARN that AWS answers, is part of a version's name here: `<version id>@<region>/<account>`.
"""

from __future__ import annotations

from collections.abc import Callable

from providers.core.errors import GuardViolation


def name_version(version_id: str, arn: str, known: str = "") -> str:
    """A version's name. One that was recorded without a home keeps its name."""
    if not version_id or version_id == known:
        return version_id
    region, account = arn.split(":")[3:5]
    return f"{version_id}@{region}/{account}"


def get_version_id(version: str) -> str:
    """What AWS calls it."""
    return version.rpartition("@")[0] or version


def refuse_elsewhere(place: str, known: str, region: str, account: Callable[[], str]) -> None:
    """Raise when what is known is at home elsewhere. `account` is asked only where the region is the same."""
    home = known.rpartition("@")[2] if "@" in known else ""
    if not home:
        return
    here = f"{region}/{account()}" if home.startswith(f"{region}/") else region
    if here != home:
        raise GuardViolation(
            f"the vault secret {place} is kept in {home}, but the settings and credentials lead to {here}, so nothing "
            "is known of it",
            next_step="set vault:region, AWS_DEFAULT_REGION or AWS_PROFILE as they were, or name another secret in "
            "vault:url to move the key",
            setting="vault:region",
        )

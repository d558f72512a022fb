"""AWS Secrets Manager, through boto3.

A version's id is ours to choose and can't be given to another value, so it is made of the key's generation and the
fingerprint: it labels the version, tells a repeated write from a second one, and shows drift by describing alone.
Secrets Manager has no conditional write of a value, but moving the label AWSCURRENT names the version that it moves
away from, and fails when that is another: so a value is put first without being current, and then made so.
https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html

Where a secret is at home, region and account, neither its name nor vault:url tells: another profile or region would
find no secret of that name, take ours for deleted and make a second one. So the home, read from the ARN that AWS
answers, is part of a version's name here: `<version id>@<region>/<account>`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from providers.core.errors import Conflict, GuardViolation, NotFound, PermissionDenied, RemoteError
from providers.vault.address import parse_aws_url, parse_place
from providers.vault.aws_client import AwaitsDeletion, call_aws, connect, get_account
from providers.vault.connection import VaultSettings
from providers.vault.contract import SecretVersion, VersionLabel, make_label
from providers.vault.escrow import Escrow, parse_escrow

_OURS = re.compile(r"psa-([0-9a-f]{6})-([0-9a-f]{40})")
_STAGE = "umbrella-psa"  # on the version that we put last: without any label a version may be removed
_TENANT, _COMPANY, _KEY = "umbrella-psa:tenant", "umbrella-psa:companyId", "umbrella-psa:managed"
_RECOVERY_DAYS = 30
_CHECK = {
    "ClientRequestToken": "umbrella-psa-check-of-write-access",
    "SecretString": "check of write access",
    "VersionStages": [_STAGE],
}


def open_vault(url: str, settings: VaultSettings) -> SecretsManager:
    """Open a secret; asks nothing of AWS yet."""
    return SecretsManager(url, settings)


class SecretsManager:
    """One secret."""

    def __init__(self, url: str, settings: VaultSettings) -> None:
        self._place = parse_place(url)
        self._name = parse_aws_url(url)
        self._settings = settings
        self._client = connect(settings)
        self._empty = False
        self._tagged: tuple[str, str] | None = None  # whose it is by its tags, once we have looked

    def describe(self, known: str = "") -> SecretVersion | None:
        """See `Vault.describe`; one secret that is not found under another region or account is an error."""
        try:
            about = self._ask("DescribeSecret", self._client.describe_secret)
        except NotFound:
            self._refuse_elsewhere(known, lambda: get_account(self._settings, self._place))
            return None
        self._refuse_elsewhere(known, lambda: about["ARN"].split(":")[4])
        tags = {str(tag.get("Key")): str(tag.get("Value")) for tag in about.get("Tags") or []}
        self._tagged = tags.get(_TENANT, ""), tags.get(_COMPANY, "")
        stages: dict[str, list[str]] = about.get("VersionIdsToStages") or {}
        current = sorted(
            (id_ for id_, labels in stages.items() if "AWSCURRENT" in labels),
            key=lambda id_: id_ == get_version_id(known),
        )
        id_ = current[0] if current else ""
        version = _name_version(id_, about["ARN"], known)
        if about.get("DeletedDate"):
            return SecretVersion(version, "soft-deleted", self._parse_label(id_))
        self._empty = not id_
        if self._empty:
            return None  # the place is made, nothing is kept
        return SecretVersion(
            version, "current", self._parse_label(id_) or self._read_label_by_value(id_, get_version_id(known))
        )

    def read(self) -> Escrow | None:
        """See `ReadableVault.read`."""
        try:
            kept = self._ask("GetSecretValue", self._client.get_secret_value)
        except (NotFound, AwaitsDeletion):
            return None
        return parse_escrow(kept.get("SecretString"))

    def check_access(self, version_seen: SecretVersion | None) -> None:
        """Make writes without an effect: a value for a version id that is taken, or the tag that is there already."""
        if version_seen is None and not self._empty:
            self._check_missing()
        elif version_seen and version_seen.version:
            if version_seen.condition == "soft-deleted":
                self._restore()
            self._check_value(get_version_id(version_seen.version))
        else:
            self._check_tag()

    def put(self, escrow: Escrow, expected: str) -> str:
        """See `Vault.put`; the value is put first, and then AWSCURRENT is moved from `expected`."""
        self._refuse_elsewhere(expected, lambda: expected.rpartition("/")[2])  # the account shows at the move
        version, expected_id = f"psa-{escrow.generation}-{escrow.fingerprint}", get_version_id(expected)
        value = {"ClientRequestToken": version, "SecretString": escrow.to_text()}
        if expected_id == version:  # ours, on its way to deletion
            self._restore()
            return expected
        made = None if expected else self._create_with_value(escrow, value)
        if made:
            return _name_version(version, made)
        kept = self._put_value(value)
        if not expected:
            if "AWSCURRENT" not in kept.get("VersionStages", []):  # every secret's first value is
                raise Conflict(f"the vault secret {self._place} has a value already", status=409)
            self._ask("TagResource", self._client.tag_resource, Tags=_make_tags(escrow.tenant, escrow.company_id))
            return _name_version(version, kept["ARN"])
        if not _OURS.fullmatch(expected_id) or self._tagged not in (None, (escrow.tenant, escrow.company_id)):
            # Before the version is current: then it is known as ours by both, or by neither.
            self._ask("TagResource", self._client.tag_resource, Tags=_make_tags(escrow.tenant, escrow.company_id))
        move = {"VersionStage": "AWSCURRENT", "MoveToVersionId": version, "RemoveFromVersionId": expected_id}
        self._ask("UpdateSecretVersionStage", self._client.update_secret_version_stage, **move)
        return _name_version(version, kept["ARN"])

    def delete_version(self, version: str) -> None:
        """Delete the secret, recoverable for 30 days."""
        try:
            self._ask("DeleteSecret", self._client.delete_secret, RecoveryWindowInDays=_RECOVERY_DAYS)
        except NotFound:
            return

    def _ask(self, action: str, call: Callable[..., Any], **parameters: Any) -> dict[str, Any]:
        return call_aws(self._place, action, lambda: call(SecretId=self._name, **parameters))

    def _refuse_elsewhere(self, known: str, account: Callable[[], str]) -> None:
        _refuse_elsewhere(self._place, known, self._client.meta.region_name, account)

    def _parse_label(self, version: str) -> VersionLabel | None:
        ours = _OURS.fullmatch(version)
        return VersionLabel(ours[2], ours[1], *(self._tagged or ("", "")), "") if ours else None

    def _read_label_by_value(self, version: str, known: str) -> VersionLabel | None:
        if version == known:
            return None
        try:
            kept = self._ask("GetSecretValue", self._client.get_secret_value, VersionId=version)
        except PermissionDenied:
            return None  # a policy that lets us describe, not read
        return make_label(parse_escrow(kept.get("SecretString")))

    def _create_with_value(self, escrow: Escrow, value: dict[str, str]) -> str | None:
        """Make the secret with the value in it; its ARN, or None when it is there already, empty or not."""
        made: dict[str, Any] = {**value, "Tags": _make_tags(escrow.tenant, escrow.company_id)}
        try:
            return self._create(**made)
        except (Conflict, AwaitsDeletion):
            return None

    def _check_missing(self) -> None:
        """Ask for the right to put a value first, lest its lack reads as a missing secret; then make an empty one."""
        try:
            self._ask("PutSecretValue", self._client.put_secret_value, **_CHECK)
        except NotFound:
            self._create(Tags=_make_tags("", ""))
        except AwaitsDeletion:
            self._restore()
        else:
            raise self._make_changed_error()

    def _check_value(self, version: str) -> None:
        try:
            self._ask("PutSecretValue", self._client.put_secret_value, **_CHECK | {"ClientRequestToken": version})
        except Conflict:
            return
        raise self._make_changed_error()

    def _check_tag(self) -> None:
        tags = _make_tags("", "")
        try:
            self._ask("TagResource", self._client.tag_resource, Tags=tags)
        except NotFound:
            self._create(Tags=tags)
        except AwaitsDeletion:
            self._restore()

    def _restore(self) -> None:
        self._ask("RestoreSecret", self._client.restore_secret)

    def _make_changed_error(self) -> RemoteError:
        return RemoteError(
            f"the vault secret {self._place} changed while its write access was checked",
            next_step="look at it, and run again",
        )

    def _create(self, **parameters: Any) -> str:
        if self._settings.kms_key:
            parameters["KmsKeyId"] = self._settings.kms_key
        parameters["Description"] = "The ConnectWise API key of Cisco Umbrella; kept by umbrella-psa."
        made = call_aws(self._place, "CreateSecret", lambda: self._client.create_secret(Name=self._name, **parameters))
        return str(made["ARN"])

    def _put_value(self, value: dict[str, str]) -> dict[str, Any]:
        def put() -> dict[str, Any]:
            return self._ask("PutSecretValue", self._client.put_secret_value, **value, VersionStages=[_STAGE])

        try:
            return put()
        except AwaitsDeletion:
            self._restore()
            return put()


def _make_tags(tenant: str, company_id: str) -> list[dict[str, str]]:
    pairs = {_KEY: "true", _TENANT: tenant, _COMPANY: company_id}
    return [{"Key": key, "Value": value} for key, value in pairs.items() if value]


def _name_version(version_id: str, arn: str, known: str = "") -> str:
    """Name a version with its home. One that was recorded without a home keeps its name."""
    if not version_id or version_id == known:
        return version_id
    region, account = arn.split(":")[3:5]
    return f"{version_id}@{region}/{account}"


def get_version_id(version: str) -> str:
    """Take what AWS calls it from a version's name."""
    return version.rpartition("@")[0] or version


def _refuse_elsewhere(place: str, known: str, region: str, account: Callable[[], str]) -> None:
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

"""What one provider process knows: whom it works for, what serves it, and what the engine has shown of its state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from providers.engines.terraform.configuration import Tenant, open_tenant
from providers.engines.terraform.pairs import Pairs
from providers.engines.terraform.schema import Kind
from providers.engines.terraform.wire import Row, clean
from providers.policy import Policy
from providers.service import Service

WITHHELD = "(withheld)"
"""Stands for a private half where nothing looks at it: while a row is compared, whose write-only attributes have no
past."""


@dataclass
class Session:
    """One configured provider."""

    tenant: Tenant
    service: Service
    pairs: Pairs
    rows: dict[tuple[str, str], str] = field(default_factory=dict)
    """By kind and id: what is unique about the rows that this process was shown, as it was seen last."""
    replaced: set[str] = field(default_factory=set)
    """The kinds of which another object takes the place of one, as its name was changed."""
    _lock: Lock = field(default_factory=Lock)
    _looking: bool = False

    def begin_looking(self) -> None:
        """Note that what comes is a plan, and no apply."""
        with self._lock:
            self._looking = True

    def begin_writing(self) -> None:
        """Forget which objects the rows stood for that were shown in a plan: an engine plans in one process and applies
        in another, save in its `test`, where one may serve run after run and then would delete nothing any more
        (findings/terraform-test-takes-away-without-a-look.sh)."""
        with self._lock:
            if self._looking:
                for counter in self.service.composition.references.values():
                    counter.forget()
            self._looking = False

    @property
    def has_vault(self) -> bool:
        """Whether keys are escrowed, so that no private half is in a state."""
        return bool(self.tenant.vault.url)

    def make_bag(self, kind: Kind, row: Row) -> Row:
        """Make what the service takes from a row of the state."""
        bag = {name: value for name, value in row.items() if name in kind.fields and value is not None}
        if secret := self._find_secret(kind, row):
            bag["private_key"] = secret
        return bag

    def withhold(self, kind: Kind, bag: Row) -> Row:
        """Give the private half that a bag has, so that it compares as unchanged: the key's id tells."""
        return {name: bag[name] for name in kind.write_only if kind.fields[name].sensitive and name in bag}

    def make_inputs(self, kind: Kind, row: Row, config: Row) -> Row:
        """Make arguments from a planned row; what is write-only comes from the configuration."""
        given = kind.list_fields("asked", "link")
        inputs = {name: row[name] for name in given if row.get(name) is not None}
        written = {name: clean(config[name]) for name in kind.write_only if config.get(name) is not None}
        if kind.name == "VaultSecret" and "private_key" not in written:
            written["private_key"] = self.pairs.get(str(row["key_id"]), str(row["public_key"]))
        return inputs | self.complete(written)

    def complete(self, given: Row) -> Row:
        """Tell a tenant's plan whose keys are ours: the provider knows, and no configuration does."""
        plan, owner = given.get("plan"), self.tenant.fill("SecurityRole")["owner"]
        return given | {"plan": {**plan, "owner": owner}} if isinstance(plan, dict) else given

    def _find_secret(self, kind: Kind, row: Row) -> str:
        public_key = str(row.get("public_key") or "")
        if kind.name == "ApiKey" and public_key:
            # A person's key is looked for by signing in with it; a blank half would be refused, and read as a dead key.
            return self.pairs.find(public_key) or self.pairs.find_in_vault(public_key)
        if "private_key" not in kind.write_only:
            return ""
        return self.pairs.find(public_key) or WITHHELD


def open_session(block: Mapping[str, Any], before_write: Callable[[], None]) -> Session:
    """Configure a provider; contacts nobody. Raises `SettingErrors`."""
    tenant = open_tenant(block)
    service = Service.open(tenant.configuration, Policy(before_write=before_write))
    return Session(tenant, service, Pairs(service.composition))

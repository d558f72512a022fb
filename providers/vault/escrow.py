"""What a vault keeps of a key, under names that stay, and the fingerprint by which it is known again.

A vault's metadata is read by more people than its values, so what stands there must say nothing of the private key.
The fingerprint is scrypt over everything that is kept, salted with the key's own id and public half: one guess costs
16 MiB and some 50 ms, no table can be made beforehand, and equal private keys in two places don't look equal. The
salt is derived and not drawn, so that the same content has the same fingerprint everywhere: a repeated write is
recognised, and comparing costs nothing.
"""

from __future__ import annotations

import hashlib
import json
import shlex
from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any

from pydantic import ConfigDict, Field, SecretStr, StringConstraints, ValidationError
from pydantic.alias_generators import to_camel, to_snake

from providers.core.errors import GuardViolation
from providers.core.schema import Model
from providers.core.tags import make_tag
from providers.core.terms import terms

_FINGERPRINT_BYTES = 20

NonEmpty = Annotated[str, StringConstraints(min_length=1)]


class Escrow(Model):
    """The pair and what it is good for. The names, in camel case, are the vault's fields: stable (docs/resources)."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)

    company_id: NonEmpty = Field(description="the ConnectWise company id used to sign in")
    site: NonEmpty = Field(description="the ConnectWise site's address")
    public_key: NonEmpty = Field(description="the public half")
    private_key: SecretStr = Field(description="the private half")
    key_id: NonEmpty = Field(description="the key's id at the site")
    generation: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{6}$")] = Field(
        description="as in the key's tag: another one for each rotation"
    )
    created_at: str = Field(description="the day on which the key was minted, YYYY-MM-DD")
    tenant: NonEmpty = Field(description="the stack's name")

    def to_fields(self) -> dict[str, str]:
        """Spell it out in clear, for the request to the vault and nothing else."""
        fields = self.model_dump(by_alias=True)
        return {**fields, "privateKey": self.private_key.get_secret_value()}

    def to_text(self, form: str = "json") -> str:
        """Spell it out in clear, for vaults that keep one text: `json`, or `env` (CONNECTWISE_PUBLIC_KEY=…)."""
        if form == "env":
            names = {name: f"CONNECTWISE_{to_snake(name).upper()}" for name in self.to_fields()}
            return "".join(f"{names[name]}={shlex.quote(value)}\n" for name, value in self.to_fields().items())
        return json.dumps(self.to_fields(), sort_keys=True, indent=1)

    def to_metadata(self) -> dict[str, str]:
        """Make what may stand beside the value for everybody who may look."""
        fields = self.model_dump(by_alias=True, include={"tenant", "company_id", "key_id", "generation"})
        return {**fields, "fingerprint": self.fingerprint}

    @cached_property
    def fingerprint(self) -> str:
        """Make 40 hexadecimal digits that say nothing of the private key."""
        salt = hashlib.sha256(f"umbrella-psa\x1f{self.key_id}\x1f{self.public_key}".encode()).digest()
        text = json.dumps(self.to_fields(), sort_keys=True).encode()
        return hashlib.scrypt(text, salt=salt, n=2**14, r=8, p=1, dklen=_FINGERPRINT_BYTES).hex()

    def refuse_blank(self) -> None:
        """Raise `GuardViolation` for a blank half: it is never written into a vault."""
        if not self.public_key.strip() or not self.private_key.get_secret_value().strip():
            raise GuardViolation(
                "a blank key is never written into a vault", next_step=f"run `{terms().apply}` on the whole stack"
            )


def parse_escrow(content: Mapping[str, Any] | str | None) -> Escrow | None:
    """Read a vault's value, when it is one of ours; None for anything else."""
    try:
        return Escrow.model_validate(json.loads(content) if isinstance(content, str) else content)
    except (ValidationError, ValueError):
        return None


def get_generation(rotate: str, minted_on: str) -> str:
    """Make the generation as it stands in the key's tag (providers/core/tags.py)."""
    return make_tag("", rotate, minted_on).generation

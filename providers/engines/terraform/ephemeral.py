"""`umbrellapsa_api_key_pair`: the current pair for the length of one run, in no state and no plan."""

from __future__ import annotations

from providers.core.errors import ProviderError
from providers.core.terms import terms
from providers.engines.terraform.schema import PREFIX, Attribute
from providers.engines.terraform.session import Session
from providers.engines.terraform.wire import Row

PAIR_TYPE = f"{PREFIX}_api_key_pair"

PAIR = (
    Attribute("key_id", "string", "the API key's id", required=True),
    Attribute("public_key", "string", "the public half", required=True),
    Attribute("private_key", "string", "the private half, as the vault has it", computed=True, sensitive=True),
)


def open_pair(session: Session, config: Row) -> Row:
    """Read the pair. Raises `ProviderError` for one that the vault does not hold."""
    if not session.has_vault:
        raise ProviderError(
            f"without a vault there is no {PAIR_TYPE}",
            next_step="set `url` in the provider's block `vault`, or take the private half from umbrellapsa_api_key",
        )
    if config["public_key"] == "":
        session.service.composition.steps.refuse_while_open()  # with the whole work order
        raise ProviderError(
            "the API key waits for a person, so there is no pair yet", next_step=f"run `{terms().apply}` again then"
        )
    return {**config, "private_key": session.pairs.get(config["key_id"], config["public_key"])}

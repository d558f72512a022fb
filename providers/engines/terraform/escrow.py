"""With a vault, a private half goes there in the call that mints it, and no row of the state ever has it."""

from __future__ import annotations

from providers.core.terms import terms
from providers.core.values import to_plain
from providers.engines.terraform.schema import ID, Kind
from providers.engines.terraform.session import Session
from providers.engines.terraform.wire import Row

_NOTHING_WRITTEN = dict.fromkeys(("version", "generation", "fingerprint", "current_version"), "")
"""What a vault's row says before its first write: whatever is there now is seen as another's."""


class KeyEscrow:
    """What is different about the row of a key."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def plan(self, kind: Kind, row: Row, prior: Row | None) -> Row:
        """Plan no private half where a vault is to hold it; a state that still has one gives it up."""
        if kind.name != "ApiKey" or not self._session.has_vault:
            return row
        self._session.pairs.look_up()  # raises where the vault would keep the pair and never show it again
        return row | {"private_key": None}

    def keep(self, kind: Kind, row: Row, prior: Row | None) -> Row:
        """Escrow a pair that was just made, or that a state still holds."""
        if kind.name != "ApiKey" or not row.get("private_key"):
            return row
        self._session.pairs.remember(row["public_key"], row["private_key"])
        if not self._session.has_vault:
            return row
        filled = self._session.tenant.fill("VaultSecret")
        names = ("tenant", "company", "url", "company_id", "site", "on_destroy")
        pair = {name: row[name] for name in ("public_key", "private_key", "minted_on", "rotate")}
        inputs = {name: filled[name] for name in names} | pair | {"key_id": row[ID.name]}
        place = self._put(inputs, ours=(prior or {}).get("escrow") or "")
        return row | {"private_key": None, "escrow": place}

    def _put(self, inputs: Row, ours: str) -> str:
        """Put the pair on top of whatever is in a place of ours; anywhere else, on top of nothing of anybody's."""
        service = self._session.service
        asked = dict(service.check("VaultSecret", None, inputs).inputs)
        place = str(asked["place"])
        if place == ours:
            found = service.read("VaultSecret", place, to_plain(asked) | _NOTHING_WRITTEN).state
            if found:
                service.update("VaultSecret", place, to_plain(found), asked)
                return place
        return service.create("VaultSecret", asked).id

    def look(self, row: Row) -> tuple[str, list[str]]:
        """Tell whether a private half is where it belongs: what is lost, and in which words."""
        if row.get("pending") or row.get("private_key"):
            return "", []  # with a vault it goes there with the next apply
        key, again = f"The API key {row['public_key']}", f"`{terms().apply}` puts a new one in its place."
        if not self._session.has_vault:
            return "private half", [f"{key} has no private half on record; {again}"]
        escrow = self._session.pairs.look_up()
        if escrow and (escrow.key_id, escrow.public_key) == (row[ID.name], row["public_key"]):
            return "", []
        return "vault entry", [f"{key} is not in the vault any more, and its private half nowhere else; {again}"]

    def find_for(self, row: Row) -> bool:
        """Tell whether the pair that a row names can be used: seen in this run, or in the vault."""
        public_key = str(row.get("public_key") or "")
        return bool(self._session.pairs.find(public_key) or self._session.pairs.find_in_vault(public_key))

"""API keys: mint, make inactive and delete (on the screen only), and authenticate with one."""

from __future__ import annotations

import hmac
import string
from random import Random
from typing import Final

from simulator.services.connectwise.models import Actor, MemberKey, PsaCompany, PsaMember

# Cisco's page shows a pair: two times sixteen letters and digits.
KEY_LENGTH: Final = 16
_ALPHABET: Final = string.ascii_letters + string.digits


def generate_half(random: Random) -> str:
    """Generate one half of a pair."""
    return "".join(random.choice(_ALPHABET) for _ in range(KEY_LENGTH))


def is_half(text: str) -> bool:
    """Tell whether a text has the form of a half that Cisco's page shows; whether the console checks it is unknown."""
    return len(text) == KEY_LENGTH and set(text) <= set(_ALPHABET)


def generate_token(random: Random) -> str:
    return "".join(generate_half(random) for _ in range(3))


def mint(company: PsaCompany, actor: Actor, random: Random, member: PsaMember, description: str) -> MemberKey:
    key = MemberKey(
        id=str(company.allocate_id("key")),
        member_id=member.id,
        description=description,
        public=generate_half(random),
        private=generate_half(random),
        created_at=actor.at,
        created_by=actor.name,
    )
    company.keys[key.id] = key
    company.minted[key.public] = key.private
    _log_change(company, actor, "key.minted", key, description=description)
    return key


def set_inactive(company: PsaCompany, actor: Actor, key: MemberKey, inactive: bool) -> None:
    if key.inactive != inactive:
        key.inactive = inactive
        _log_change(company, actor, "key.inactive" if inactive else "key.active", key)


def delete(company: PsaCompany, actor: Actor, key: MemberKey) -> None:
    del company.keys[key.id]
    _log_change(company, actor, "key.deleted", key)


def _log_change(company: PsaCompany, actor: Actor, kind: str, key: MemberKey, **details: str) -> None:
    company.log_change(actor, kind, keyId=key.id, publicKey=key.public, memberId=key.member_id, **details)


def authenticate(company: PsaCompany, public: str, private: str) -> PsaMember | None:
    """Find the member that a pair belongs to; null when the pair is wrong, inactive or gone, or its member inactive."""
    key = company.find_key(public)
    if key is None or not hmac.compare_digest(key.private.encode(), private.encode()):
        return None
    return None if company.explain_unusable_key(public) else company.members[key.member_id]

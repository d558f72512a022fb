"""API keys: minted, made inactive, deleted on the screen only; and signing in with one."""

import hmac
import string
from random import Random
from typing import Final

from simulator.connectwise.models import Actor, ApiKey, Company, Member

# Cisco's page shows a pair: two times sixteen letters and digits.
LENGTH: Final = 16
_ALPHABET: Final = string.ascii_letters + string.digits


def word(random: Random) -> str:
    return "".join(random.choice(_ALPHABET) for _ in range(LENGTH))


def mint(company: Company, actor: Actor, random: Random, member: Member, description: str) -> ApiKey:
    key = ApiKey(
        id=str(company.next_id("key")),
        member_id=member.id,
        description=description,
        public=word(random),
        private=word(random),
        created_at=actor.at,
        created_by=actor.name,
    )
    company.keys[key.id] = key
    company.minted[key.public] = key.private
    company.note(actor, "key.minted", keyId=key.id, publicKey=key.public, memberId=member.id, description=description)
    return key


def set_inactive(company: Company, actor: Actor, key: ApiKey, inactive: bool) -> None:
    if key.inactive != inactive:
        key.inactive = inactive
        kind = "key.inactive" if inactive else "key.active"
        company.note(actor, kind, keyId=key.id, publicKey=key.public, memberId=key.member_id)


def delete(company: Company, actor: Actor, key: ApiKey) -> None:
    del company.keys[key.id]
    company.note(actor, "key.deleted", keyId=key.id, publicKey=key.public, memberId=key.member_id)


def sign_in(company: Company, public: str, private: str) -> Member | None:
    """Give the member that a pair belongs to; null when the pair is wrong, inactive or gone, or its member inactive."""
    key = company.key_by_public(public)
    if key is None or not hmac.compare_digest(key.private.encode(), private.encode()):
        return None
    return None if company.why_unusable(public) else company.members[key.member_id]

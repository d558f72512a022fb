"""Salts as the engine writes them into a stack's file."""

from __future__ import annotations

import os
from base64 import b64encode
from hashlib import pbkdf2_hmac

from stacks.fleet.ciphertext import encrypt
from stacks.fleet.passphrase import ROUNDS


def make_salt(passphrase: str) -> str:
    """As `stack init` makes one."""
    salt = os.urandom(8)
    key = pbkdf2_hmac("sha256", passphrase.encode(), salt, ROUNDS)
    return f"v1:{b64encode(salt).decode()}:{encrypt(key, 'pulumi')}"

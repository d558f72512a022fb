"""Moving a stack to the salt that the fleet shares.

Only the stack's file is written: each of its secrets anew, with the key of the shared salt and the same passphrase. A
state names its own salt, so it stays readable, and the engine gives it the file's at the next run that writes it. The
file is put in its place in one step. So whatever ends this, and whatever runs meanwhile, finds secrets and salt that
belong together.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import mkstemp
from typing import Any

from providers.core.errors import GuardViolation, ProviderError
from stacks.fleet.ciphertext import WrongKey, decrypt, encrypt
from stacks.fleet.passphrase import derive_key


def move_to_salt(path: Path, salt: str, passphrase: str) -> bool:
    """Encrypt a stack's file anew, with this salt; False when it has it already.

    Raises:
        ProviderError: The file was not touched: there is none, it has another form, or was changed meanwhile.
    """
    text = _read(path)
    content = _parse(text)
    old = str(content.get("encryptionsalt") or "")
    if not old:
        raise GuardViolation("its secrets are not encrypted with a passphrase, so there is no salt to share")
    if old == salt:
        return False
    old_key, new_key = derive_key(old, passphrase), derive_key(salt, passphrase)
    sealed = {secret: decrypt(old_key, secret) for secret in _list_secrets(content.get("config"))}
    moved = text.replace(old, salt)
    for secret, clear in sealed.items():
        moved = moved.replace(secret, encrypt(new_key, clear))
    # What YAML found was replaced as text, which keeps comments and order; so it is read once more.
    if not _holds(moved, salt, new_key, list(sealed.values())):
        raise ProviderError(
            "its secrets are not written as the engine writes them",
            next_step="let it write the file, by `pulumi config set --secret` of one of them, and run the same again",
        )
    _replace(path, text, moved)
    return True


def _holds(text: str, salt: str, key: bytes, secrets: list[str]) -> bool:
    content = _parse(text)
    try:
        found = [decrypt(key, secret) for secret in _list_secrets(content.get("config"))]
    except WrongKey:
        return False
    return content.get("encryptionsalt") == salt and found == secrets


def _replace(path: Path, before: str, after: str) -> None:
    """Put the new text in its place, whole, unless somebody has written there since."""
    descriptor, name = mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with open(descriptor, "w", encoding="utf-8") as file:
            file.write(after)
            file.flush()
            os.fsync(descriptor)
            os.fchmod(descriptor, path.stat().st_mode & 0o777)
        if _read(path) != before:
            raise ProviderError("its file was changed meanwhile", next_step="run the same again")
        os.replace(name, path)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(name)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ProviderError("has no file in `stacks/`", next_step="name a tenant that was made here") from None
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text in UTF-8"
        raise ProviderError(f"{path} can't be read: {why}", next_step="put the stack's file there") from None


def _parse(text: str) -> Mapping[str, Any]:
    import yaml

    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError:
        raise ProviderError("its file can't be read as YAML", next_step="correct the file") from None
    if not isinstance(content, dict):
        raise ProviderError("its file is not that of a stack", next_step="correct the file")
    return content


def _list_secrets(value: Any) -> Iterator[str]:
    """List the ciphertexts, each once; one may stand inside a list or a map."""
    seen: set[str] = set()
    waiting = [value]
    while waiting:
        value = waiting.pop(0)
        if isinstance(value, Mapping) and set(value) == {"secure"} and isinstance(value["secure"], str):
            if value["secure"] not in seen:
                seen.add(value["secure"])
                yield value["secure"]
        elif isinstance(value, Mapping):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value

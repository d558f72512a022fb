"""A stack and its file, both complete or neither there.

The file is made beside the project first, by the engine's own encryption in a backend for a moment; then it is put in
its place in one step, and the stack is made for it. Whatever ends the command before that leaves nothing behind; a kill
right between the two leaves the file, which the same command takes up.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from providers.core.errors import GuardViolation, ProviderError
from providers.core.stack_file import FOLDER, locate_stack_file
from providers.sink import OF_UMBRELLA
from stacks.fleet.passphrase import PASSPHRASE, find_shared_salt
from stacks.integration import SETTING
from stacks.onboarding.catalogue import SettingInfo
from stacks.onboarding.file_form import SCRATCH, format_file, is_left_over, list_differences
from stacks.onboarding.steps import sort_settings
from stacks.pulumi_cli import PulumiCli


def choose_settings(values: Mapping[str, str]) -> list[SettingInfo]:
    """Choose what stands in the file: what was given and is not so by default, in the file's order."""
    return [
        setting
        for setting in sort_settings(values.get(SETTING) or OF_UMBRELLA)
        if values.get(setting.key) and values[setting.key] != setting.default
    ]


def write_stack(pulumi: PulumiCli, tenant: str, values: Mapping[str, str], provider: str) -> Path:
    """Make the stack and its file; the file's path. Raises `ProviderError`, and then neither is there."""
    chosen = choose_settings(values)
    SCRATCH.mkdir(mode=0o700, exist_ok=True)
    with TemporaryDirectory(dir=SCRATCH, prefix=f"new-{tenant}-") as folder:
        prepared = _prepare(Path(folder), tenant, chosen, values, provider)
        return _put_in_place(pulumi, tenant, prepared, provider)


def _prepare(folder: Path, tenant: str, chosen: list[SettingInfo], values: Mapping[str, str], provider: str) -> Path:
    """Make the whole file, elsewhere: the engine encrypts each secret, which it gets on its standard input."""
    (folder / FOLDER).mkdir()
    file = locate_stack_file(tenant, folder / FOLDER)
    (folder / "backend").mkdir()
    shutil.copy("Pulumi.yaml", folder / "Pulumi.yaml")
    passphrase = os.environ.get(f"{PASSPHRASE}_FILE")
    pulumi = PulumiCli(
        folder,
        PULUMI_BACKEND_URL=f"{(folder / 'backend').resolve().as_uri()}?metadata=skip",
        # The engine runs in that folder, and a path may be relative to this one.
        **({f"{PASSPHRASE}_FILE": str(Path(passphrase).resolve())} if passphrase else {}),
    )
    if provider == "passphrase" and (salt := find_shared_salt(FOLDER, os.environ)):
        # The engine takes up the salt that is there (tried), and stretches the passphrase once for all that share it.
        file.write_text(f"encryptionsalt: {salt}\n", encoding="utf-8")
    pulumi.create(tenant, provider)
    for setting in chosen:
        if setting.secret:
            pulumi.set_secret(tenant, setting.written, values[setting.key])
    content: dict[str, Any] = (yaml.safe_load(file.read_text(encoding="utf-8")) if file.is_file() else None) or {}
    encrypted = content.pop("config", None) or {}
    content["config"] = {
        setting.written: encrypted[setting.written] if setting.secret else _to_yaml_value(setting, values[setting.key])
        for setting in chosen
    }
    file.touch(mode=0o600)
    file.chmod(0o600)  # the engine may have made it
    file.write_text(format_file(content), encoding="utf-8")
    return file


def _to_yaml_value(setting: SettingInfo, text: str) -> Any:
    """Turn lists and maps, which come as JSON text, into YAML; everything else is text."""
    return json.loads(text) if setting.structured else text


def _put_in_place(pulumi: PulumiCli, tenant: str, prepared: Path, provider: str) -> Path:
    file = FOLDER / prepared.name
    try:
        os.link(prepared, file)  # fails when there is one, and there is no moment at which it is half there
    except FileExistsError:
        _take_up(file, prepared)
    except OSError as error:
        raise ProviderError(f"{file} can't be written: {error.strerror}; nothing was made") from None
    try:
        pulumi.create(tenant, provider)
    except ProviderError:  # the engine refused, so there is no stack of ours
        _withdraw(file, prepared)
        raise
    except BaseException:  # Ctrl-C: what the engine had done by then decides
        with _ignore_interrupts():
            if not pulumi.has_stack(tenant):
                _withdraw(file, prepared)
        raise
    return file


def _take_up(file: Path, prepared: Path) -> None:
    """Put the file in the place of one that a `new` left when it was cut off, if that says the same."""
    if not is_left_over(file):
        raise GuardViolation(f"{file} was made meanwhile by somebody else and is not written over")
    if different := list_differences(file, prepared):
        raise GuardViolation(
            f"{file} was left by a `new` that was cut off, and differs from what is given in {', '.join(different)}",
            next_step="give the same as then, or move the file away",
        )
    twin = prepared.with_suffix(".twin")
    os.link(prepared, twin)
    twin.replace(file)  # its secrets are those that are given now


def _withdraw(file: Path, prepared: Path) -> None:
    """Take the file away again, unless another `new` has put its own there meanwhile."""
    with suppress(FileNotFoundError):
        if file.samefile(prepared):
            file.unlink()


@contextmanager
def _ignore_interrupts() -> Iterator[None]:
    """Ignore Ctrl-C: who presses it once often presses it twice."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)

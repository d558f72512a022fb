"""Reads a screens file over the documented labels: what it does not name stays as documented."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import ValidationError

from gateway.configuration import ConfigurationError, Console, first_of, read_yaml
from gateway.screens.marks import ConnectWiseScreens, Role, Screens, UmbrellaScreens

S = TypeVar("S", bound=Screens)


def screens_of(console: Console) -> Screens:
    return connectwise_screens(console) if console.kind == "connectwise" else umbrella_screens(console)


def connectwise_screens(console: Console) -> ConnectWiseScreens:
    return screens(ConnectWiseScreens, "connectwise", console.screens)


def umbrella_screens(console: Console) -> UmbrellaScreens:
    return screens(UmbrellaScreens, "umbrella", console.screens)


def screens(model: type[S], documented: str, changes: Path | None) -> S:
    content = read_yaml(Path(__file__).with_name(f"{documented}.yaml"))
    if changes is not None:
        content = _over(content, read_yaml(changes) or {})
    try:
        return model.model_validate(content)
    except ValidationError as problem:
        raise ConfigurationError(f"{changes or documented}: {first_of(problem)}") from None


def _over(base: Any, changes: Any) -> Any:
    """Mappings are merged; a mark ({button: Save}) and a list are replaced whole."""
    if not (isinstance(base, dict) and isinstance(changes, dict)) or _is_mark(base):
        return changes
    return {**base, **{key: _over(base.get(key), value) for key, value in changes.items()}}


_ROLES = frozenset(get_args(Role))


def _is_mark(value: dict[str, Any]) -> bool:
    return len(value) == 1 and next(iter(value)) in _ROLES

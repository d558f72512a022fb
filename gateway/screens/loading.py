"""Loads a screens file over the documented labels: what it does not name stays as documented."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import ValidationError

from gateway.configuration import ConsoleSettings
from gateway.screens.element import Role
from gateway.screens.schema import ConnectWiseScreens, Screens, UmbrellaScreens
from gateway.validation import ConfigurationError, describe_first_error, read_yaml

S = TypeVar("S", bound=Screens)
_ROLES = frozenset(get_args(Role))


def load_screens(console: ConsoleSettings) -> Screens:
    """Load the screens of a console of either side."""
    return load_connectwise_screens(console) if console.kind == "connectwise" else load_umbrella_screens(console)


def load_connectwise_screens(console: ConsoleSettings) -> ConnectWiseScreens:
    """Load a ConnectWise console's screens."""
    return merge_screens(ConnectWiseScreens, "connectwise", console.screens)


def load_umbrella_screens(console: ConsoleSettings) -> UmbrellaScreens:
    """Load an Umbrella console's screens."""
    return merge_screens(UmbrellaScreens, "umbrella", console.screens)


def merge_screens(model: type[S], documented: str, changes: Path | None) -> S:
    """Lay a file of changes over the documented screens.

    Raises:
        ConfigurationError: the file can't be used; one sentence.
    """
    content = read_yaml(Path(__file__).with_name(f"{documented}.yaml"))
    if changes is not None:
        content = _merge(content, read_yaml(changes) or {})
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise ConfigurationError(f"{changes or documented}: {describe_first_error(error, model)}") from None


def _merge(base: Any, changes: Any) -> Any:
    """Merge mappings; an element ({button: Save}) and a list are replaced whole."""
    if not (isinstance(base, dict) and isinstance(changes, dict)) or _is_element(base):
        return changes
    return {**base, **{key: _merge(base.get(key), value) for key, value in changes.items()}}


def _is_element(value: dict[str, Any]) -> bool:
    return len(value) == 1 and next(iter(value)) in _ROLES

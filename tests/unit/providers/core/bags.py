"""A bag as the engine hands it to `check`, parsed as the adapter and the service do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from providers.core import values
from providers.core.errors import ProviderError
from providers.core.schema import Model
from providers.engines.pulumi.adapter import split_unknown


def parse_known(
    model: type[Model], bag: Mapping[str, Any]
) -> tuple[dict[str, Any], frozenset[str], list[tuple[str, str]]]:
    """The validated fields, the names of the unknown ones, and what is wrong by field."""
    known, unknown = split_unknown(bag)
    try:
        return values.parse_known(model, known, unknown), unknown, []
    except values.InvalidFields as invalid:
        return {}, unknown, [(name, str(ProviderError(text))) for name, text in invalid.problems]

"""What the program declares: a Pulumi resource whose properties come from its handler's models."""

from __future__ import annotations

from typing import Any, ClassVar

from pulumi import ResourceOptions
from pulumi.dynamic import Resource

from providers.core.engine import DynamicProvider
from providers.core.schema import sensitive_fields


class Declared(Resource):
    """Base of our resources. A subclass names its provider and types its outputs."""

    provider: ClassVar[type[DynamicProvider]]

    def __init__(self, name: str, args: dict[str, Any], opts: ResourceOptions | None = None) -> None:
        handler = self.provider.kind
        # What the handler fills in becomes an attribute only when a placeholder announces it.
        announced: dict[str, Any] = dict.fromkeys(handler.state.model_fields)
        given = {field: value for field, value in args.items() if value is not None}
        secrets = ResourceOptions(additional_secret_outputs=sensitive_fields(handler.state))
        super().__init__(self.provider(), name, {**announced, **given}, ResourceOptions.merge(opts, secrets))

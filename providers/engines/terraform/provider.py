"""The protocol's calls: each takes a message and fills an answer, and nothing is ever raised at the engine."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from google.protobuf.message_factory import GetMessageClass

from providers.core.errors import Defect, ProviderError
from providers.core.terms import use_settings_as_they_are
from providers.engines.terraform.diagnostics import Sentences, make_error, make_path, make_warning
from providers.engines.terraform.identity import ID, make_identity, make_identity_schema, upgrade_identity
from providers.engines.terraform.protocol import tfplugin6_pb2 as pb
from providers.engines.terraform.published import read_published
from providers.engines.terraform.watchdog import Lifeline
from providers.engines.terraform.wire import UNKNOWN, decode, encode

if TYPE_CHECKING:
    from providers.engines.terraform.resource import Answer, Resource
    from providers.engines.terraform.schema import Kind
    from providers.engines.terraform.session import Session


class Provider:
    """One process's provider, configured at most once."""

    def __init__(self, lifeline: Lifeline) -> None:
        self._lifeline = lifeline
        self._sentences = Sentences()
        self._configured: tuple[Session, Resource] | None = None
        use_settings_as_they_are()

    def list_calls(self) -> dict[str, Callable[[Any], Any]]:
        """List the protocol's calls by name; any thread may make them."""
        return {
            method.name: self._make_call(
                getattr(self, f"_{_to_snake(method.name)}"), GetMessageClass(method.output_type)
            )
            for method in pb.DESCRIPTOR.services_by_name["Provider"].methods
        }

    def _make_call(self, fill: Callable[[Any, Any], None], answer_type: type[Any]) -> Callable[[Any], Any]:
        def call(request: Any) -> Any:
            answer = answer_type()
            with self._sentences.collected() as sentences:
                try:
                    fill(request, answer)
                except ProviderError as error:
                    answer.diagnostics.extend(self._make_errors(error))
                except Exception as bug:
                    answer.diagnostics.extend(self._make_errors(Defect.of(bug, fill.__name__, "a call")))
            if sentences:
                answer.diagnostics.extend(make_warning(sentence) for sentence in sentences)
            return answer

        return call

    def _make_errors(self, error: ProviderError) -> list[pb.Diagnostic]:
        if errors := getattr(error, "errors", None):  # of settings, each with its own place
            from providers.engines.terraform.configuration import locate

            return [make_error(one, locate(one.setting)) for one in errors]
        return [make_error(error, tenant=self._configured[0].tenant.name if self._configured else "")]

    def _get_resource(self) -> Resource:
        return self._get_configured()[1]

    def _get_configured(self) -> tuple[Session, Resource]:
        if self._configured is None:
            raise ProviderError("the provider is not configured")
        return self._configured

    # What it offers.

    def _get_metadata(self, request: Any, answer: pb.GetMetadata.Response) -> None:
        offer = read_published()
        answer.server_capabilities.CopyFrom(offer.server_capabilities)
        for names, schemas in (
            (answer.resources, offer.resource_schemas),
            (answer.ephemeral_resources, offer.ephemeral_resource_schemas),
        ):
            names.extend(pb.GetMetadata.TypeName(type_name=name) for name in schemas)

    def _get_provider_schema(self, request: Any, answer: pb.GetProviderSchema.Response) -> None:
        answer.CopyFrom(read_published())

    def _get_resource_identity_schemas(self, request: Any, answer: pb.GetResourceIdentitySchemas.Response) -> None:
        for name, schema in read_published().resource_schemas.items():
            attributes = {attribute.name for attribute in schema.block.attributes}
            answer.identity_schemas[name].CopyFrom(make_identity_schema(attributes))

    def _get_functions(self, request: Any, answer: Any) -> None:
        """There are none."""

    # Before anything is asked of a site.

    def _validate_provider_config(self, request: pb.ValidateProviderConfig.Request, answer: Any) -> None:
        from providers.engines.terraform.configuration import find_problems

        problems = find_problems(decode(request.config) or {})
        answer.diagnostics.extend(make_error(error, path) for path, error in problems)

    def _validate_resource_config(self, request: pb.ValidateResourceConfig.Request, answer: Any) -> None:
        from providers.engines.terraform.validation import validate

        problems = validate(_get_kind(request), decode(request.config) or {})
        answer.diagnostics.extend(make_error(error, path) for path, error in problems)

    def _validate_ephemeral_resource_config(self, request: Any, answer: Any) -> None:
        """Texts, both required: the engine itself sees to it."""

    def _configure_provider(self, request: pb.ConfigureProvider.Request, answer: Any) -> None:
        from providers.engines.terraform.resource import Resource
        from providers.engines.terraform.session import open_session

        session = open_session(decode(request.config) or {}, self._lifeline.ensure_wanted)
        self._configured = session, Resource(session)

    # A resource's life.

    def _upgrade_resource_state(self, request: pb.UpgradeResourceState.Request, answer: Any) -> None:
        found, kind = decode(pb.DynamicValue(json=request.raw_state.json)) or {}, _get_kind(request)
        # By name: what a later version added or an earlier one had besides is left out.
        row = {name: found.get(name) for name in kind.attributes}
        answer.upgraded_state.CopyFrom(encode(row))

    def _read_resource(self, request: pb.ReadResource.Request, answer: pb.ReadResource.Response) -> None:
        row = decode(request.current_state)
        answer.new_state.CopyFrom(request.current_state)
        if row is None:
            return
        read = self._get_resource().read(_get_kind(request), row, imported=bool(request.private))
        answer.new_state.CopyFrom(encode(read.row))
        if read.row:
            answer.new_identity.CopyFrom(make_identity(read.row))
        _tell(read, answer)

    def _plan_resource_change(self, request: pb.PlanResourceChange.Request, answer: Any) -> None:
        prior, config = decode(request.prior_state), decode(request.config)
        if config is None:  # it is to be destroyed
            self._get_resource().plan_deletion()
            answer.planned_state.CopyFrom(encode(None))
            return
        kind = _get_kind(request)
        # A refusal plans what was proposed, and no answer may hold what is write-only.
        proposed = decode(request.proposed_new_state) or {}
        answer.planned_state.CopyFrom(encode(proposed | dict.fromkeys(kind.write_only)))
        planned = self._get_resource().plan(kind, prior, config)
        if planned.row and not planned.problems:
            answer.planned_state.CopyFrom(encode(planned.row))
            if planned.row[ID] is not UNKNOWN:  # an identity that is not whole is refused in a plan
                answer.planned_identity.CopyFrom(make_identity(planned.row))
        answer.requires_replace.extend(path for name in planned.replaces if (path := make_path((name,))))
        _tell(planned, answer)

    def _apply_resource_change(self, request: pb.ApplyResourceChange.Request, answer: Any) -> None:
        prior, planned = decode(request.prior_state), decode(request.planned_state)
        kind = _get_kind(request)
        answer.new_state.CopyFrom(encode(prior))  # whatever goes wrong, the next run goes on from what was there
        if planned is None:
            if prior is not None:
                self._get_resource().delete(kind, prior)
            answer.new_state.CopyFrom(encode(None))
            return
        applied = self._get_resource().apply(kind, prior, planned, decode(request.config) or {})
        answer.new_state.CopyFrom(encode(applied.row))
        if applied.row:
            answer.new_identity.CopyFrom(make_identity(applied.row))
        _tell(applied, answer)

    def _import_resource_state(self, request: pb.ImportResourceState.Request, answer: Any) -> None:
        from providers.engines.terraform.imports import IMPORTED, import_id, import_identity

        (session, _), kind = self._get_configured(), _get_kind(request)
        identity = decode(request.identity.identity_data)
        row = import_identity(session, kind, identity) if identity else import_id(session, kind, request.id)
        answer.imported_resources.add(
            type_name=request.type_name, state=encode(row), private=IMPORTED, identity=make_identity(row)
        )

    def _upgrade_resource_identity(self, request: pb.UpgradeResourceIdentity.Request, answer: Any) -> None:
        answer.upgraded_identity.CopyFrom(upgrade_identity(request.raw_identity))

    # A pair for the length of one run.

    def _open_ephemeral_resource(self, request: pb.OpenEphemeralResource.Request, answer: Any) -> None:
        from providers.engines.terraform.ephemeral import open_pair

        session, _ = self._get_configured()
        answer.result.CopyFrom(encode(open_pair(session, decode(request.config) or {})))

    def _close_ephemeral_resource(self, request: Any, answer: Any) -> None:
        """Nothing was opened that would stay."""

    def _stop_provider(self, request: Any, answer: Any) -> None:
        self._lifeline.stop()


def _get_kind(request: Any) -> Kind:
    from providers.engines.terraform.schema import KINDS_BY_TYPE, describe_kind

    return describe_kind(KINDS_BY_TYPE[request.type_name])


def _tell(told: Answer, answer: Any) -> None:
    answer.diagnostics.extend(make_warning(sentence, detail) for sentence, detail in told.sentences)
    answer.diagnostics.extend(make_error(error, path) for path, error in told.problems)


def _to_snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()

"""`ApiMember`: the non-human member that owns the key.

The site has no delete for members: destroying makes it inactive, and the next create takes the same one up again.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Annotated, Any, Literal, Protocol

from pydantic import Field

from providers.connectwise.dependents import list_visible_keys, refuse_while_depended_on, revoke_unused
from providers.connectwise.matching import list_observable_keys, look_again, not_taken, was_touched_by
from providers.connectwise.member_lookup import FindsMembers, MemberLookup, id_of_role_named
from providers.connectwise.references import complete_references, read_references, resolve_references
from providers.core.changes import Change
from providers.core.errors import Conflict, OutcomeUnknown
from providers.core.guards import Guards
from providers.core.handler import Handler
from providers.core.reference_counter import ReferenceCounter
from providers.core.schema import ComparedBy, ConnectWiseOwned, Link, NotCompared, Observed, Replaces
from providers.core.tags import belongs_to
from providers.core.terms import terms

if TYPE_CHECKING:
    from providers.connectwise.records import MemberRecord, Reference
    from providers.console.drivers import KeyDriver
    from providers.core.ports import KeyUsage

Identifier = Annotated[str, Field(min_length=1, max_length=15, pattern=r"^[^.\s]+$", description="the Member ID")]


def _fold_case(names: dict[str, str]) -> dict[str, str]:
    return {kind: name.casefold() for kind, name in names.items()}


class ApiMemberArgs(ConnectWiseOwned):
    identifier: Annotated[Identifier, Replaces, ComparedBy(str.casefold)]
    name: str = Field(min_length=1, max_length=30, description="the Member Name")
    email: str = Field(default="", max_length=250, description="compared only when it is set")
    role_id: str = Field(description="the security role's id")
    role_name: Annotated[str, Link, NotCompared] = Field(default="", description="for sentences only")
    defaults: Annotated[dict[str, str], ComparedBy(_fold_case)] = Field(
        default_factory=dict, description="references by name; see references.py"
    )
    owner: Annotated[str, Link, NotCompared] = Field(default="", description="whose keys are ours when it is taken up")
    adopt: Annotated[Literal["never", "identical", "any"], NotCompared] = Field(
        default="never", description="take over a member of that identifier?"
    )


class ApiMemberObserved(Observed):
    active: bool = Field(default=True, description="whether the member's keys work")


class ApiMemberState(ApiMemberArgs, ApiMemberObserved):
    adopted: bool = Field(default=False, description="somebody else made it, so it is kept on destroy")
    manages_email: bool = Field(default=False, description="the settings name an address, so it is compared")
    # What is live may break the bounds of what may be asked for.
    name: str = Field(description="the Member Name")


class Members(FindsMembers, Protocol):
    """What this module needs of the site."""

    def get_member(self, member_id: int) -> MemberRecord | None: ...
    def create_member(self, body: dict[str, Any]) -> MemberRecord: ...
    def patch_member(self, member_id: int, values: dict[str, Any]) -> MemberRecord: ...
    def list_catalogue(self, path: str) -> list[Reference]: ...
    def get_default_member(self) -> dict[str, Any]: ...
    def get_own_identifier(self) -> str: ...


class ApiMemberHandler(Handler[ApiMemberArgs, ApiMemberState]):
    args = ApiMemberArgs
    observed = ApiMemberObserved
    state = ApiMemberState

    def __init__(
        self,
        members: Members,
        keys: KeyDriver,
        key_usage: KeyUsage,
        guards: Guards | None = None,
        recorded: ReferenceCounter | None = None,
    ) -> None:
        self._members = members
        self._keys = keys
        self._lookup = MemberLookup(members, keys)
        self._key_usage = key_usage
        self._guards = guards or Guards()
        self._recorded = recorded or ReferenceCounter()

    def create(self, args: ApiMemberArgs) -> tuple[str, ApiMemberState]:
        existing = self._lookup.existing(args.identifier)
        if sent := existing is None:
            body = {
                "identifier": args.identifier,
                **self._make_fields(args),
                **complete_references(self._members, args.defaults),
            }
            try:
                return self._make_result(self._members.create_member(body), args, adopted=False)
            except (OutcomeUnknown, Conflict) as error:
                existing = look_again(error, lambda: self._lookup.existing(args.identifier))
        adopted = self.check_adoption(existing, args, sent=sent)
        self._recorded.acquire(str(existing.id))
        member = self._members.patch_member(
            existing.id,
            {**self._make_fields(args), **resolve_references(self._members, args.defaults), "inactiveFlag": False},
        )
        return self._make_result(member, args, adopted=adopted)

    def read(self, object_id: str, state: ApiMemberState) -> ApiMemberState | None:
        member = self._members.get_member(int(object_id))
        return None if member is None else self._read_live(member, state)

    def update(self, object_id: str, state: ApiMemberState, args: ApiMemberArgs) -> ApiMemberState:
        values: dict[str, Any] = self._make_fields(args)
        if not state.active:
            values["inactiveFlag"] = False
        different = {kind: name for kind, name in args.defaults.items() if state.defaults.get(kind) != name}
        member = self._members.patch_member(int(object_id), {**values, **resolve_references(self._members, different)})
        return self._make_result(member, args, adopted=state.adopted)[1]

    def delete(self, object_id: str, state: ApiMemberState) -> None:
        if member := self._members.get_member(int(object_id)):
            keys = list_visible_keys(self._keys, member)
            if not (state.adopted or member.inactiveFlag):
                refuse_while_depended_on(member, keys, state.owner, self._guards, self._key_usage)
            revoke_unused(self._keys, member.id, keys or [], state.owner, self._guards, self._key_usage)
        if state.adopted:
            return
        # One that a person made inactive is touched all the same, so that the next create knows it for ours.
        if member and not (member.inactiveFlag and was_touched_by(member, self._members.get_own_identifier())):
            self._members.patch_member(member.id, {"name": member.name or state.name, "inactiveFlag": True})

    def describe_change(self, change: Change, state: ApiMemberState, changed_fields: Collection[str]) -> list[str]:
        subject = f"The API member {state.identifier}"
        if change.field == "active":
            return [f"{subject} was made inactive, so its keys don't work; it should be active."]
        if change.field == "identifier":
            return [f"{subject} will be replaced by {change.wanted}, which gets a new API key before the old one goes."]
        if change.field == "role_id":
            role = state.role_name or change.wanted
            return [f"{subject} has another security role (id {change.live or 'none'}), should have {role}."]
        if change.field == "name":
            return [f"{subject} is named {change.live!r}, should be {change.wanted!r}."]
        if change.field == "email":
            return [f"{subject} has the e-mail address {change.live!r}, should have {change.wanted!r}."]
        if change.field == "defaults":
            wanted = {kind: name for kind, name in change.wanted.items() if change.live.get(kind) != name}
            return [
                f"{subject} has the {kind} {change.live.get(kind, '')!r}, should have {name!r}."
                for kind, name in wanted.items()
            ]
        return []

    def describe_missing(self, state: ApiMemberState) -> str:
        return f"The API member {state.identifier} is gone from the site; `{terms().apply}` makes it again."

    def check_adoption(self, member: MemberRecord, args: ApiMemberArgs, *, sent: bool = False) -> bool:
        """False: ours, in the state or left by a destroy or an interrupted run. True: somebody's, `adopt` allows it.
        `sent`: it was not there until this very run asked for it."""
        if (known := self._recorded.is_adopted(str(member.id))) is not None:
            return known  # it was to be replaced, and now is not
        if self._is_ours(member, args, sent):
            return False
        problem = f"an API member {member.identifier!r} exists already and is not ours"
        if args.adopt == "never":
            raise not_taken(problem, "choose another memberId, or set adopt to identical or any to take it over")
        live = self._read_live(member, self._make_wanted_state(args))
        same = (live.name, live.email, live.defaults, live.active) == (args.name, args.email, args.defaults, True)
        if args.adopt == "identical" and not (same and self._has_wanted_role(member, args)):
            raise not_taken(f"{problem}, and it differs from the settings", "set adopt to any to take it over")
        return True

    def _has_wanted_role(self, member: MemberRecord, args: ApiMemberArgs) -> bool:
        """By id where it is known; before the role is made, by name."""
        if args.role_id:
            return member.securityRole is not None and str(member.securityRole.id) == args.role_id
        return not args.role_name or bool(id_of_role_named(member, args.role_name))

    def _is_ours(self, member: MemberRecord, args: ApiMemberArgs, sent: bool) -> bool:
        """Touched last by our own sign-in, and bare."""
        if not was_touched_by(member, self._members.get_own_identifier()):
            return False
        has_our_role = bool(args.role_id) and self._has_wanted_role(member, args)
        keys = list_observable_keys(self._keys, member.id)
        if keys:
            return has_our_role and all(belongs_to(key.description, args.owner) for key in keys)
        # Where keys are out of sight it may be another stack's of this company, unless it was not there before.
        return bool(member.inactiveFlag) or (has_our_role and (sent or keys is not None))

    def _make_fields(self, args: ApiMemberArgs) -> dict[str, Any]:
        """The fields that are always sent; the site wants the name with every update."""
        email = {"emailAddress": args.email} if args.email else {}
        return {"name": args.name, **email, "securityRole": {"id": int(args.role_id)}}

    def _read_live(self, member: MemberRecord, known: ApiMemberState) -> ApiMemberState:
        """What the site holds of the fields that we own."""
        values = {
            "identifier": member.identifier,
            "name": member.name or "",
            # An address that the settings don't name is not ours to compare.
            "email": (member.emailAddress or "") if known.manages_email else "",
            "role_id": str(member.securityRole.id) if member.securityRole and member.securityRole.id else "",
            "defaults": read_references(member, known.defaults),
            "active": not member.inactiveFlag,
        }
        return known.model_copy(update=values)

    def _make_result(self, member: MemberRecord, args: ApiMemberArgs, *, adopted: bool) -> tuple[str, ApiMemberState]:
        return str(member.id), self._read_live(member, self._make_wanted_state(args)).model_copy(
            update={"adopted": adopted}
        )

    @staticmethod
    def _make_wanted_state(args: ApiMemberArgs) -> ApiMemberState:
        """What is asked for, as a state to compare with."""
        return ApiMemberState(**args.model_dump(), manages_email=bool(args.email))

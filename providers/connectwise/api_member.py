"""`ApiMember`: the non-human member with the key. Destroying makes it inactive; the next create takes it up again."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Annotated, Any, Literal, Protocol

from pydantic import Field

from providers.connectwise.dependents import list_visible_keys, refuse_while_depended_on, revoke_unused
from providers.connectwise.matching import look_again, not_taken, was_touched_by
from providers.connectwise.member_lookup import FindsMembers, MemberLookup, get_role_id, id_of_role_named
from providers.connectwise.references import Catalogues, complete_references, read_references, resolve_references
from providers.core.changes import Change, describe_changes, find_changes
from providers.core.errors import Conflict, GuardViolation, OutcomeUnknown
from providers.core.guards import Guards
from providers.core.handler import Handler
from providers.core.reference_counter import ReferenceCounter
from providers.core.schema import ComparedBy, ConnectWiseOwned, Link, NotCompared, Observed, Replaces
from providers.core.terms import terms

if TYPE_CHECKING:
    from providers.connectwise.records import MemberRecord
    from providers.console.drivers import KeyDriver
    from providers.core.ports import KeyUsage


def _fold_case(names: dict[str, str]) -> dict[str, str]:
    return {kind: name.casefold() for kind, name in names.items()}


class ApiMemberArgs(ConnectWiseOwned):
    """An API member by what we set of it. Whoever may maintain members can change all of it but the identifier.

    Source: `/system/apiMembers`, schema `ApiMember`, the vendor's OpenAPI specification, which has no DELETE.
    """

    # Blanks inside are ordinary at real sites.
    identifier: Annotated[str, Replaces, ComparedBy(str.casefold)] = Field(
        min_length=1, max_length=15, pattern=r"^[^.\s]+( +[^.\s]+)*$", description="the Member ID"
    )
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
    granted: Annotated[str | None, Link, NotCompared] = Field(
        default=None, description="the id of the role that has its permissions; None where nobody says"
    )


class ApiMemberObserved(Observed):
    """The switch on the member's screen that kills all of its keys."""

    active: bool = Field(default=True, description="whether the member's keys work")


class ApiMemberState(ApiMemberArgs, ApiMemberObserved):
    """The member as it is live, as far as the settings name its fields, and whether somebody else made it."""

    adopted: bool = Field(default=False, description="somebody else made it, so it is kept on destroy")
    manages_email: bool = Field(default=False, description="the settings name an address, so it is compared")
    # What is live may break the bounds of what may be asked for.
    name: str = Field(description="the Member Name")


class Members(FindsMembers, Catalogues, Protocol):
    """What this module needs of the site."""

    def get_member(self, member_id: int) -> MemberRecord | None:
        """Give the member; None only when it is certainly gone."""

    def create_member(self, body: dict[str, Any]) -> MemberRecord:
        """Make a member of these fields. Raises `Conflict` for an identifier that is there."""

    def patch_member(self, member_id: int, values: dict[str, Any]) -> MemberRecord:
        """Replace fields, each whole."""


class ApiMemberHandler(Handler[ApiMemberArgs, ApiMemberState]):
    """Makes the member by REST, and inactive in place of a delete (docs/resources/api-member.md)."""

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
        """Make the member, or take up the one of that identifier that is ours or may be adopted."""
        self._refuse_bare_role(args)
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
        """Read what the settings name of it."""
        member = self._members.get_member(int(object_id))
        return None if member is None else self._read_live(member, state)

    def update(self, object_id: str, state: ApiMemberState, args: ApiMemberArgs) -> ApiMemberState:
        """Patch what differs; a member that somebody made inactive becomes active."""
        if state.role_id != args.role_id:
            self._refuse_bare_role(args)
        values: dict[str, Any] = self._make_fields(args)
        if not state.active:
            values["inactiveFlag"] = False
        different = {kind: name for kind, name in args.defaults.items() if state.defaults.get(kind) != name}
        member = self._members.patch_member(int(object_id), {**values, **resolve_references(self._members, different)})
        return self._make_result(member, args, adopted=state.adopted)[1]

    def delete(self, object_id: str, state: ApiMemberState) -> None:
        """Make the member inactive and revoke what is left of our keys, unless somebody depends on it."""
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
        """Say what is live and what it should be, field by field."""
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
        """Say that it is gone, which the site's own screens can't do."""
        return f"The API member {state.identifier} is gone from the site; `{terms().apply}` makes it again."

    def check_adoption(self, member: MemberRecord, args: ApiMemberArgs, *, sent: bool = False) -> bool:
        """Tell whether an existing member would be adopted: it is somebody's, and `adopt` allows it as it is.

        Args:
            sent: It was not there until this very run asked for it.

        Raises:
            GuardViolation: `adopt` does not allow it.
        """
        if (known := self._recorded.is_adopted(str(member.id))) is not None:
            return known  # it was to be replaced, and now is not
        if self._lookup.is_left_by_us(member, args.owner, args.role_id, sent=sent):
            return False
        problem = f"an API member {member.identifier!r} exists already and is not ours"
        if args.adopt == "never":
            raise not_taken(problem, "choose another memberId, or set adopt to identical or any to take it over")
        if args.adopt == "identical" and (different := self._describe_differences(member, args)):
            raise not_taken(f"{problem}, and it differs: {' '.join(different)}", "Set adopt to any to take it over")
        return True

    def _describe_differences(self, member: MemberRecord, args: ApiMemberArgs) -> list[str]:
        """Say what of that which is asked for the member does not have. Before the role is made, it goes by name."""
        live = self._read_live(member, _make_wanted_state(args))
        if not args.role_id:
            same = not args.role_name or id_of_role_named(member, args.role_name)
            live = live.model_copy(update={"role_id": "" if same else live.role_id or "none"})
        return describe_changes(self, find_changes(live, dict(args), self.args, observed=self.observed), live)

    @staticmethod
    def _refuse_bare_role(args: ApiMemberArgs) -> None:
        """Refuse to put the member on a role without its permissions: a run of some targets may have left them out."""
        if args.granted is not None and args.granted != args.role_id:
            raise GuardViolation(
                f"the security role {args.role_name or args.role_id} has not got its permissions yet, so the API "
                f"member {args.identifier} is not put on it: its keys could do nothing there",
                next_step=f"run `{terms().apply}` on the whole stack",
            )

    def _make_fields(self, args: ApiMemberArgs) -> dict[str, Any]:
        """Make the fields to send, an address only where it is given; the site wants the name with every update."""
        fields = {"name": args.name, "securityRole": {"id": int(args.role_id)}}
        return {**fields, "emailAddress": args.email} if args.email else fields

    def _read_live(self, member: MemberRecord, known: ApiMemberState) -> ApiMemberState:
        """Read off the member what the site holds of the fields that we own."""
        values = {
            "identifier": member.identifier,
            "name": member.name or "",
            # An address that the settings don't name is not ours to compare.
            "email": (member.emailAddress or "") if known.manages_email else "",
            "role_id": get_role_id(member),
            "defaults": read_references(self._members, member, known.defaults),
            "active": not member.inactiveFlag,
        }
        return known.model_copy(update=values)

    def _make_result(self, member: MemberRecord, args: ApiMemberArgs, *, adopted: bool) -> tuple[str, ApiMemberState]:
        live = self._read_live(member, _make_wanted_state(args))
        return str(member.id), live.model_copy(update={"adopted": adopted})


def _make_wanted_state(args: ApiMemberArgs) -> ApiMemberState:
    """Turn what is asked for into a state to compare with."""
    return ApiMemberState(**args.model_dump(), manages_email=bool(args.email))

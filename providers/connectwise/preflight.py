"""Holding a tenant's plan against the site before anything is made (contract: bad input changes nothing)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from providers.connectwise.api_member import ApiMemberArgs, ApiMemberHandler
from providers.connectwise.grants import refuse_unknown, refuse_unknown_tables, table_words
from providers.connectwise.member_lookup import FindsMembers, MemberLookup, id_of_role_named
from providers.connectwise.plan import TenantPlan
from providers.connectwise.records import MySecurityRecord, Reference, RoleRecord, SettingRecord
from providers.connectwise.references import Catalogues, complete, named
from providers.connectwise.rights import ProvisioningRights
from providers.console.hands import KeyHand, RoleHand
from providers.core.guards import Guards
from providers.core.problems import BadSetting, Unseen
from providers.core.together import ask_together


class Site(Catalogues, FindsMembers, Protocol):
    """What this room needs of the site."""

    def own_rights(self) -> list[MySecurityRecord]: ...
    def setup_tables(self) -> list[str]: ...
    def any_role(self) -> RoleRecord | None: ...
    def role_settings(self, role_id: int) -> list[SettingRecord]: ...
    def catalogue(self, path: str) -> list[Reference]: ...


class Hand(RoleHand, KeyHand, Protocol):
    """What this room needs of the console."""


class SitePreflight:
    """`Preflight` of `SecurityRole`, from what the provisioning key can read."""

    def __init__(
        self,
        site: Site,
        hand: Hand,
        members: ApiMemberHandler,
        first_time: Callable[[str], None],
        guards: Guards,
        elsewhere: Sequence[Callable[[], object]] = (),
    ) -> None:
        """`first_time` refuses a tenant what stands outside the site (hands, vault, sink); `elsewhere` asks ahead."""
        self._site = site
        self._hand = hand
        self._members = members
        self._first_time = first_time
        self._lookup = MemberLookup(site, hand)
        self._rights = ProvisioningRights(site, guards)
        self._elsewhere = elsewhere

    def refuse_unless_possible(self, plan: TenantPlan, tenant: str) -> None:
        # What the checks below ask, asked at once; a question that fails is asked again where its answer is needed.
        ask_together(
            self._site.own_rights,
            self._site.setup_tables,
            self._site.default_member,
            lambda: self._lookup.existing(plan.member),
            *self._elsewhere,
        )
        self._rights.refuse_missing()
        self._refuse_functions(plan)
        refuse_unknown_tables(plan.table_access, self._site.setup_tables())
        member = self._lookup.existing(plan.member)
        if member is None:
            complete(self._site, plan.member_defaults)
            self._first_time(tenant)
            return
        named(self._site, plan.member_defaults)
        args = ApiMemberArgs(
            company="",
            identifier=plan.member,
            name=plan.member_name,
            email=plan.member_email,
            role_id=id_of_role_named(member, plan.role),
            role_name=plan.role,
            defaults=plan.member_defaults,
            owner=plan.owner,
            adopt=plan.adopt,
        )
        if not self._lookup.is_in_use(member, plan.owner):
            self._members.may_take(member, args)
            self._first_time(tenant)

    def table_differences(self, role_id: int, plan: TenantPlan) -> list[str]:
        try:
            return table_words(self._hand.tables(role_id), plan.table_access)
        except Unseen as unseen:
            return [f"{unseen} So it is not known to be identical."]

    def _refuse_functions(self, plan: TenantPlan) -> None:
        try:
            refuse_unknown(plan.permissions, self._site.own_rights())
        except BadSetting:
            # Whether `mySecurity` lists functions that the caller has no level in is not documented; any role's
            # settings list them all, so they decide before somebody's settings are called wrong.
            role = self._site.any_role()
            if role is None:
                raise
            refuse_unknown(plan.permissions, self._site.role_settings(role.id))

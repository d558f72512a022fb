"""Holding a tenant's plan against the site before anything is made (contract: bad input changes nothing).

What is found here `up` raises, the first of it, and `check` shows, all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from providers.connectwise.api_member import ApiMemberArgs, ApiMemberHandler
from providers.connectwise.grants import Grants, find_unknown, find_unknown_tables, table_words
from providers.connectwise.member_lookup import FindsMembers, MemberLookup, id_of_role_named
from providers.connectwise.plan import TenantPlan
from providers.connectwise.records import MySecurityRecord, RoleRecord, SettingRecord
from providers.connectwise.references import Catalogues, find_wrong_references
from providers.connectwise.rights import ProvisioningRights
from providers.console.hands import KeyHand, RoleHand
from providers.core.guards import Guards
from providers.core.problems import BadSetting, Unseen, raise_first
from providers.core.together import ask_together


class ListsFunctions(Protocol):
    """What lists the module functions of a site."""

    def own_rights(self) -> list[MySecurityRecord]: ...
    def any_role(self) -> RoleRecord | None: ...
    def role_settings(self, role_id: int) -> list[SettingRecord]: ...


class Site(ListsFunctions, Catalogues, FindsMembers, Protocol):
    """What this room needs of the site."""

    def setup_tables(self) -> list[str]: ...


class Hand(RoleHand, KeyHand, Protocol):
    """What this room needs of the console."""


def find_unknown_functions(site: ListsFunctions, permissions: Grants) -> list[BadSetting]:
    """Find what the site does not have of the permissions: module functions, and levels of these."""
    wrong = list(find_unknown(permissions, site.own_rights()))
    if wrong and (role := site.any_role()):
        # Whether `mySecurity` lists functions that the caller has no level in is not documented; any role's settings
        # list them all, so they decide before somebody's settings are called wrong.
        wrong = list(find_unknown(permissions, site.role_settings(role.id)))
    return wrong


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
        raise_first(find_unknown_functions(self._site, plan.permissions))
        raise_first(find_unknown_tables(plan.table_access, self._site.setup_tables()))
        member = self._lookup.existing(plan.member)
        raise_first(find_wrong_references(self._site, plan.member_defaults, new=member is None))
        if member is None:
            self._first_time(tenant)
            return
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

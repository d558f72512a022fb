"""Holding a tenant's plan against the site before anything is made (contract: bad input changes nothing)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from providers.connectwise.api_member import ApiMemberArgs, ApiMemberHandler
from providers.connectwise.grants import refuse_unknown, refuse_unknown_tables, table_words
from providers.connectwise.plan import TenantPlan
from providers.connectwise.records import MySecurityRecord, Reference, RoleRecord, SettingRecord
from providers.connectwise.references import Catalogues, complete, named
from providers.connectwise.rights import missing_rights
from providers.console.hands import RoleHand
from providers.core.guards import Guards
from providers.core.problems import BadSetting, NotPermitted, Unseen
from providers.core.together import ask_together


class Site(Catalogues, Protocol):
    """What this room needs of the site."""

    def own_rights(self) -> list[MySecurityRecord]: ...
    def setup_tables(self) -> list[str]: ...
    def any_role(self) -> RoleRecord | None: ...
    def role_settings(self, role_id: int) -> list[SettingRecord]: ...
    def catalogue(self, path: str) -> list[Reference]: ...


class SitePreflight:
    """`Preflight` of `SecurityRole`, from what the provisioning key can read."""

    def __init__(
        self,
        site: Site,
        hand: RoleHand,
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
        self._guards = guards
        self._elsewhere = elsewhere

    def refuse_unless_possible(self, plan: TenantPlan, tenant: str) -> None:
        # What the checks below ask, asked at once; a question that fails is asked again where its answer is needed.
        ask_together(
            self._site.own_rights,
            self._site.setup_tables,
            self._site.default_member,
            lambda: self._members.existing(plan.member),
            *self._elsewhere,
        )
        self.refuse_without_rights()
        self._refuse_functions(plan)
        refuse_unknown_tables(plan.table_access, self._site.setup_tables())
        member = self._members.existing(plan.member)
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
            role_id=self._members.has_role_named(member, plan.role),
            role_name=plan.role,
            defaults=plan.member_defaults,
            owner=plan.owner,
            adopt=plan.adopt,
        )
        if not self._members.is_in_use(member, plan.owner):
            self._members.may_take(member, args)
            self._first_time(tenant)

    def table_differences(self, role_id: int, plan: TenantPlan) -> list[str]:
        try:
            return table_words(self._hand.tables(role_id), plan.table_access)
        except Unseen as unseen:
            return [f"{unseen} So it is not known to be identical."]

    def refuse_without_rights(self) -> None:
        """The provisioning key's own rights, as far as the site lists them."""
        missing = missing_rights(self._site.own_rights())
        if missing and not self._guards.lifted("rights"):
            raise NotPermitted(
                f"the provisioning key may not do what is needed ({', '.join(missing)})",
                next_step="give its role these levels in System > Security Roles, or add rights to allow if your site "
                "counts otherwise",
                setting="allow",
                page="docs/guards.md",
                status=403,
            )

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

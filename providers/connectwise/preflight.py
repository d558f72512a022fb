"""Holding a tenant's plan against the site before anything is made (contract: bad input changes nothing).

What is found here `up` raises, the first of it, and `check` shows, all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from providers.connectwise.api_member import ApiMemberArgs, ApiMemberHandler
from providers.connectwise.customize import (
    Lists,
    describe_list,
    find_unknown_lists,
    find_unknown_tables,
    join_lists,
)
from providers.connectwise.grants import Grants, find_unknown
from providers.connectwise.member_lookup import FindsMembers, MemberLookup, id_of_role_named
from providers.connectwise.plan import TenantPlan
from providers.connectwise.records import MemberRecord, MySecurityRecord, RoleRecord, SettingRecord
from providers.connectwise.references import Catalogues, find_wrong_references
from providers.connectwise.rights import ProvisioningRights
from providers.connectwise.spelling import VendorNames
from providers.console.drivers import KeyDriver, RoleDriver
from providers.core.concurrency import run_concurrently
from providers.core.errors import NotObservable, SettingError, raise_first
from providers.core.guards import Guards


class ListsFunctions(Protocol):
    """What lists the module functions of a site."""

    def list_own_rights(self) -> list[MySecurityRecord] | None:
        """List the provisioning key's own levels; None where the site does not say."""

    def find_any_role(self) -> RoleRecord | None:
        """Give some role, None without any."""

    def list_role_settings(self, role_id: int) -> list[SettingRecord]:
        """List every module function of a role."""


class PreflightSite(ListsFunctions, Catalogues, FindsMembers, Protocol):
    """What this room needs of the site."""

    def list_setup_tables(self, wanted: Iterable[str] = ()) -> list[str]:
        """List the labels of all setup tables, or so many that all of the wanted are among them."""


class ConsoleDriver(RoleDriver, KeyDriver, Protocol):
    """What this room needs of the console."""


def find_unknown_functions(
    site: ListsFunctions,
    permissions: Grants,
    vendor_names: Sequence[str] | None = None,
    customize: Lists | None = None,
) -> list[SettingError]:
    """Find what the site does not have: module functions, and levels of these.

    What it can't give a vendor's integration is one error, with every row of it.
    """

    def find(rows: Sequence[SettingRecord]) -> list[SettingError]:
        functions = [row.function for row in rows]
        wanted = VendorNames(vendor_names).spell_as_site(permissions, functions)
        return [*find_unknown(wanted, rows), *find_unknown_lists(customize, functions)]

    own = site.list_own_rights()
    wrong = None if own is None else find(own)
    # Whether `mySecurity` lists functions that the caller has no level in is not documented; any role's settings list
    # them all, so they decide before somebody's settings are called wrong.
    if wrong != [] and (role := site.find_any_role()) is not None:
        wrong = find(site.list_role_settings(role.id))
    return [_join_rows(wrong)] if wrong and vendor_names is not None else wrong or []


def _join_rows(wrong: Sequence[SettingError]) -> SettingError:
    rows = "; ".join(" ".join(filter(None, (row.summary, row.detail))).rstrip(".") for row in wrong)
    return SettingError(
        "integration",
        f"the site can't give all that it asks for: {rows}",
        next_step="set permissions to what the site has, or name a preset of your own that spells it as the site does",
        page="docs/presets.md",
    )


def make_member_args(plan: TenantPlan, member: MemberRecord) -> ApiMemberArgs:
    """Ask of a member that is there what the plan wants of it."""
    return ApiMemberArgs(
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


class SitePreflight:
    """`Preflight` of `SecurityRole`, from what the provisioning key can read."""

    def __init__(
        self,
        site: PreflightSite,
        driver: ConsoleDriver,
        members: ApiMemberHandler,
        refuse_first_time: Callable[[str], None],
        guards: Guards,
        prefetches: Sequence[Callable[[], object]] = (),
    ) -> None:
        """`refuse_first_time` refuses a tenant what stands outside the site (drivers, vault, sink); `prefetches` asks
        ahead."""
        self._site = site
        self._driver = driver
        self._members = members
        self._refuse_first_time = refuse_first_time
        self._lookup = MemberLookup(site, driver)
        self._rights = ProvisioningRights(site, guards)
        self._prefetches = prefetches

    def refuse_unless_possible(self, plan: TenantPlan, tenant: str, *, first_time: bool) -> None:
        """Raise the first `ProviderError` that the plan would meet at the site, the console, the vault or the sink.

        `first_time`: the member is not on record, so one that is there, and a secret in the vault, may be somebody's.
        """
        tables = plan.table_access
        # What the checks below ask, asked at once; a question that fails is asked again where its answer is needed.
        run_concurrently(
            self._site.list_own_rights,
            *([lambda: self._site.list_setup_tables(tables)] if tables else ()),
            self._site.get_default_member,
            lambda: self._lookup.existing(plan.member),
            *self._prefetches,
        )
        self._rights.refuse_missing()
        raise_first(find_unknown_functions(self._site, plan.permissions, plan.vendor_names, plan.customize))
        if tables:
            raise_first(find_unknown_tables(tables, self._site.list_setup_tables(tables)))
        member = self._lookup.existing(plan.member)
        raise_first(find_wrong_references(self._site, plan.member_defaults, new=member is None))
        if not first_time or (member and self._lookup.is_in_use(member, plan.owner)):
            return
        if member:
            self._members.check_adoption(member, make_member_args(plan, member))
        self._refuse_first_time(tenant)

    def describe_list_differences(self, role_id: int, plan: TenantPlan) -> list[str]:
        """Say in which customize lists a role differs from the plan, or that nobody can look."""
        try:
            return [
                text
                for function, wanted in join_lists(plan).items()
                for text in describe_list(function, self._driver.get_allowed(role_id, function), wanted)
            ]
        except NotObservable as error:
            return [f"{error} So it is not known to be identical."]

"""The ConnectWise PSA REST API as far as this product uses it: one typed method per call.

Nothing here decides anything; statuses become problems in `errors.py`, and who may repeat what is the transport's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar, cast

from pydantic import BaseModel, SecretStr, ValidationError

from providers.connectwise.conditions import build_condition
from providers.connectwise.connection import format_basic_auth, format_credentials
from providers.connectwise.customize import normalize_item, normalize_items
from providers.connectwise.errors import make_error
from providers.connectwise.own_access import OwnAccess
from providers.connectwise.paging import read_pages
from providers.connectwise.records import (
    UNNAMED,
    AnyMemberRecord,
    MemberRecord,
    Reference,
    RoleRecord,
    ScreenRecord,
    SettingRecord,
)
from providers.connectwise.site import Site
from providers.core.errors import NotFound, PermissionDenied, RemoteError, Unauthenticated
from providers.core.run_cache import RunCache
from providers.core.values import get_adapter
from providers.http.errors import MalformedAnswer
from providers.http.message import Response
from providers.http.text import clean_value, is_clean

R = TypeVar("R", bound=BaseModel)

PROVISIONING_SETTINGS = "connectwise:companyId, connectwise:clientId, connectwise:publicKey and connectwise:privateKey"


class ConnectWise(OwnAccess):
    """Signed in as one key."""

    def __init__(
        self, site: Site, cache: RunCache, public_key: str, private_key: SecretStr, check: str = PROVISIONING_SETTINGS
    ) -> None:
        self._site = site
        self._cache = cache
        self.public_key = public_key
        self._private_key = private_key
        self._check = check

    def sign_in_as(self, public_key: str, private_key: SecretStr) -> ConnectWise:
        """Use the same site as another key of the same company."""
        return ConnectWise(self._site, self._cache, public_key, private_key, "whether the key still exists")

    def can_sign_in(self, public_key: str, private_key: SecretStr) -> bool:
        """Find out whether this pair signs in, now.

        Who signed in and may not look is alive: only a refused sign-in (401) speaks for a dead key.

        Raises:
            RemoteError: The provisioning key is refused as well, or the answer says nothing: nothing is known.
        """
        try:
            self.sign_in_as(public_key, private_key).list_my_security()
        except PermissionDenied:
            return True
        except Unauthenticated:
            self.list_my_security()
            return False
        return True

    def has_signed_in(self, public_key: str, private_key: SecretStr) -> bool:
        """Find out whether this pair signs in, or did so in this run already."""
        return self._cache.has("signedIn", public_key) or self.can_sign_in(public_key, private_key)

    # -- roles ---------------------------------------------------------------------------------------------------

    def find_roles(self, name: str) -> list[RoleRecord]:
        """List the roles of that name, however it is capitalised."""
        rows = self._cache.get_or_fetch(
            ("roles", name),
            lambda: self._fetch_matching(RoleRecord, "/system/securityroles", build_condition(name=name)),
        )
        return [row for row in rows if (row.label or "").casefold() == name.casefold()]

    def find_any_role(self) -> RoleRecord | None:
        """Get some role, for the list of module functions that every role has."""
        rows: list[RoleRecord] = self._parse(list[RoleRecord], self._send("GET", "/system/securityroles"))
        return next((row for row in rows if row.number is not None), None)

    def get_role(self, role_id: int) -> RoleRecord | None:
        """Get a role; None when it is certainly gone: the site says so, and its list agrees."""
        try:
            return self._fetch(RoleRecord, "GET", f"/system/securityroles/{role_id}")
        except NotFound:
            listed = self._fetch_matching(RoleRecord, "/system/securityroles", build_condition(id=role_id))
            return next((row for row in listed if row.number == role_id), None)

    def create_role(self, name: str) -> RoleRecord:
        """Create a role without grants."""
        with self._cache.invalidating("roles"):
            role = self._learn_identity(self._fetch(RoleRecord, "POST", "/system/securityroles", {"name": name}))
        # Nobody has it yet.
        self._cache.get_or_fetch(("membersOf", str(role.id)), list[str])
        return role

    def delete_role(self, role_id: int) -> None:
        """Delete a role. Raises NotFound when the site says that it has none of that id."""
        with self._cache.invalidating("roles"):
            self._send("DELETE", f"/system/securityroles/{role_id}")

    def list_role_settings(self, role_id: int) -> list[SettingRecord]:
        """List every module function of the role. Never empty: a role without (named) rows is an answer gone wrong."""
        path = f"/system/securityRoles/{role_id}/settings"
        rows = self._fetch_all(SettingRecord, path)
        if all(row.moduleName == UNNAMED for row in rows):
            raise RemoteError(f"the site answered GET {path} without a single row; the answer was ignored")
        return rows

    # -- members -------------------------------------------------------------------------------------------------

    def find_members(self, identifier: str) -> list[MemberRecord]:
        """List the API members of that identifier, however it is capitalised, inactive ones too."""
        rows = self._cache.get_or_fetch(
            ("members", identifier),
            lambda: self._fetch_matching(MemberRecord, "/system/apiMembers", build_condition(identifier=identifier)),
        )
        return [row for row in rows if (row.memberId or "").casefold() == identifier.casefold()]

    def list_members(self) -> list[MemberRecord]:
        """List all API members, inactive ones too."""
        return self._fetch_all(MemberRecord, "/system/apiMembers")

    def get_member(self, member_id: int) -> MemberRecord | None:
        """Get an API member; None when it is certainly gone: the site says so, and its list agrees."""
        try:
            return self._fetch(MemberRecord, "GET", f"/system/apiMembers/{member_id}")
        except NotFound:
            listed = self._fetch_matching(MemberRecord, "/system/apiMembers", build_condition(id=member_id))
            return next((row for row in listed if row.number == member_id), None)

    def get_default_member(self) -> dict[str, Any]:
        """Ask what the site fills a new API member with; fields by their wire name."""
        return self._cache.get_or_fetch(
            ("memberDefault",),
            lambda: self._parse(dict[str, Any] | None, self._send("GET", "/system/apiMembers/default")) or {},
        )

    def create_member(self, body: dict[str, Any]) -> MemberRecord:
        """Create an API member from fields by their wire name."""
        with self._cache.invalidating("members"), self._cache.invalidating("membersOf"):
            return self._learn_identity(self._fetch(MemberRecord, "POST", "/system/apiMembers", body))

    def patch_member(self, member_id: int, values: dict[str, Any]) -> MemberRecord:
        """Replace fields; the site wants an array of operations."""
        operations = [{"op": "replace", "path": name, "value": value} for name, value in values.items()]
        with self._cache.invalidating("members"), self._cache.invalidating("membersOf"):
            changed = self._fetch(MemberRecord, "PATCH", f"/system/apiMembers/{member_id}", operations)
        return self._learn_identity(changed)

    def list_active_members(self, role_id: int) -> list[str]:
        """List the identifiers of the active members, people and API members alike, that have the role."""
        return self._cache.get_or_fetch(("membersOf", str(role_id)), lambda: self._look_up_members_of(role_id))

    def _look_up_members_of(self, role_id: int) -> list[str]:
        identifiers = set()
        for path in ("/system/apiMembers", "/system/members"):
            rows = self._fetch_matching(AnyMemberRecord, path, build_condition(securityRole__id=role_id))
            # Where the condition was refused, these are all members, each with a role of its own.
            identifiers |= {row.identifier for row in rows if not row.inactiveFlag and row.may_have_role(role_id)}
        return sorted(identifiers)

    # -- catalogues ----------------------------------------------------------------------------------------------

    def list_setup_tables(self, wanted: Iterable[str] = ()) -> list[str]:
        """List the labels of all setup tables, `<category> / <name>`, or so many that all wanted are among them."""
        looked_for = normalize_items(wanted)

        def are_there(rows: list[ScreenRecord]) -> bool:
            return bool(looked_for) and {normalize_item(row.label) for row in rows}.issuperset(looked_for)

        rows = self._cache.get_or_fetch(
            ("setupScreens", *looked_for),
            # That list offers no `Link`: only an empty page says that there are no more.
            lambda: self._fetch_until(are_there, ScreenRecord, "/system/setupScreens"),
        )
        return [row.label for row in rows]

    def list_catalogue(self, path: str) -> list[Reference]:
        """List all entries of a catalogue such as locations, as references."""
        return self._cache.get_or_fetch(("catalogue", path), lambda: self._fetch_all(Reference, path))

    # -- protocol ------------------------------------------------------------------------------------------------

    def _send(self, method: str, path: str, *, query: Any = None, body: Any = None, headers: Any = None) -> Response:
        user, password = format_credentials(self._site.settings.company_id, self.public_key, self._private_key)
        signed = {"Authorization": format_basic_auth(user, password), **(headers or {})}
        response = self._site.send(method, path, signed, query=query, body=body)
        if not 200 <= response.status < 300:
            shown = path if not path.startswith("http") else "the next page"
            raise make_error(response, method, shown, self.public_key, self._check, self._site.elsewhere)
        return response

    def _fetch(self, record: type[R], method: str, path: str, body: Any = None) -> R:
        row = cast(R, self._parse(record, self._send(method, path, body=body)))
        if not row.model_fields_set:
            raise RemoteError(f"the site answered {method} {path} without a field that we know; the answer was ignored")
        return row

    def _fetch_matching(self, record: type[R], path: str, conditions: str) -> list[R]:
        """Read what meets the conditions, or, where a site refuses them, all: the caller compares in either case."""
        try:
            return self._fetch_all(record, path, conditions=conditions)
        except RemoteError as error:
            if error.status != 400 or not error.code:  # a code: the site itself refused
                raise
        return self._fetch_all(record, path)

    def _fetch_all(self, record: type[R], path: str, **query: str | int) -> list[R]:
        return self._fetch_until(lambda rows: False, record, path, **query)

    def _fetch_until(
        self, is_enough: Callable[[list[R]], bool], record: type[R], path: str, **query: str | int
    ) -> list[R]:
        def parse(response: Response) -> list[R]:
            return cast(list[R], self._parse(list[record], response))  # type: ignore[valid-type]

        def ask(url: str, query: Mapping[str, str | int], headers: Mapping[str, str]) -> Response:
            return self._send("GET", url, query=query, headers=headers)

        return read_pages(self._site, ask, parse, path, query, is_enough)

    def _parse(self, kind: Any, response: Response) -> Any:
        try:
            value = response.json()
            return get_adapter(kind).validate_python(value if is_clean(response.body) else clean_value(value))
        except MalformedAnswer as error:
            raise RemoteError.of(error) from None
        except ValidationError as error:
            path = "/".join(str(part) for part in error.errors(include_input=False)[0]["loc"]) or "its top"
            raise RemoteError(
                f"the site's answer has an unexpected shape (at {path}); the answer was ignored.",
                next_step="Check connectwise:apiVersion",
                setting="connectwise:apiVersion",
            ) from None

"""The ConnectWise PSA REST API as far as this product uses it: one typed method per call.

Nothing here decides anything; statuses become problems in `errors.py`, and who may repeat what is the transport's.
"""

from __future__ import annotations

from typing import Any, TypeVar, cast

from pydantic import BaseModel, SecretStr, TypeAdapter, ValidationError

from providers.connectwise.conditions import equals
from providers.connectwise.connection import basic, credentials
from providers.connectwise.errors import refused
from providers.connectwise.records import (
    CustomizeRecord,
    MemberRecord,
    MySecurityRecord,
    Reference,
    RoleRecord,
    ScreenRecord,
    SettingRecord,
    Stamped,
)
from providers.connectwise.site import Site
from providers.core.memory import Memory
from providers.core.problems import NotPermitted, NotSignedIn, NotThere, RemoteProblem
from providers.http.errors import MalformedAnswer, TransportError
from providers.http.message import Response
from providers.http.urls import next_link

R = TypeVar("R", bound=BaseModel)

PAGE_SIZE = 1000  # the most that a site gives at once
_MOST_PAGES = 100  # far above any list we read; ends a site that links in circles

PROVISIONING_SETTINGS = "connectwise:companyId, connectwise:clientId, connectwise:publicKey and connectwise:privateKey"


class ConnectWise:
    """Signed in as one key."""

    def __init__(
        self, site: Site, memory: Memory, public_key: str, private_key: SecretStr, check: str = PROVISIONING_SETTINGS
    ) -> None:
        self._site = site
        self._memory = memory
        self.public_key = public_key
        self._private_key = private_key
        self._check = check

    def signed_in_as(self, public_key: str, private_key: SecretStr) -> ConnectWise:
        """The same site, as another key of the same company."""
        return ConnectWise(self._site, self._memory, public_key, private_key, "whether the key still exists")

    def works(self, public_key: str, private_key: SecretStr) -> bool:
        """Whether this pair signs in, now. Raises when the provisioning key is refused as well: then nothing is known.

        Who signed in and may not look is alive: only a refused sign-in (401) speaks for a dead key.
        """
        try:
            self.signed_in_as(public_key, private_key).my_security()
        except NotPermitted:
            return True
        except NotSignedIn:
            self.my_security()
            return False
        return True

    def has_worked(self, public_key: str, private_key: SecretStr) -> bool:
        """Whether this pair signs in, or did so in this run already."""
        return self._memory.seen("signedIn", public_key) or self.works(public_key, private_key)

    # -- roles ---------------------------------------------------------------------------------------------------

    def find_roles(self, name: str) -> list[RoleRecord]:
        """Roles of that name, however it is capitalised."""
        rows = self._memory.recall(
            ("roles", name), lambda: self._list(RoleRecord, "/system/securityroles", conditions=equals(name=name))
        )
        return [row for row in rows if row.name.casefold() == name.casefold()]

    def any_role(self) -> RoleRecord | None:
        """Some role, for the list of module functions that every role has."""
        return next(iter(self._answer(list[RoleRecord], self._send("GET", "/system/securityroles"))), None)

    def role(self, role_id: int) -> RoleRecord | None:
        """None when it is certainly gone: the site says so, and its list agrees."""
        try:
            return self._one(RoleRecord, "GET", f"/system/securityroles/{role_id}")
        except NotThere:
            listed = self._list(RoleRecord, "/system/securityroles", conditions=equals(id=role_id))
            return next((row for row in listed if row.id == role_id), None)

    def create_role(self, name: str) -> RoleRecord:
        with self._memory.writing("roles"):
            role = self._one(RoleRecord, "POST", "/system/securityroles", {"name": name})
        # Nobody has it yet.
        self._memory.recall(("membersOf", str(role.id)), list[str])
        return role

    def delete_role(self, role_id: int) -> None:
        with self._memory.writing("roles"):
            self._send("DELETE", f"/system/securityroles/{role_id}")

    def role_settings(self, role_id: int) -> list[SettingRecord]:
        """Every module function of the role. Never empty: a role without rows is an answer that went wrong."""
        path = f"/system/securityRoles/{role_id}/settings"
        rows = self._list(SettingRecord, path)
        if not rows:
            raise RemoteProblem(f"the site answered GET {path} without a single row; nothing was concluded from it")
        return rows

    # -- the caller's own rights ---------------------------------------------------------------------------------

    def my_security(self) -> list[MySecurityRecord]:
        """The caller's levels, and who the caller is, now."""
        rows = self._list(MySecurityRecord, "/system/mySecurity")
        self._memory.recall(("signedIn", self.public_key), lambda: True)
        return rows

    def own_rights(self) -> list[MySecurityRecord]:
        """The same, asked once a run: what the provisioning key may do does not change under our feet."""
        return self._memory.recall(("mySecurity", self.public_key), self.my_security)

    def my_tables(self) -> list[str]:
        """The setup tables that the caller may use, as the site's identifiers."""
        rows = self._list(CustomizeRecord, "/system/mySecurity/customizeItems/")
        return [row.itemIdentifier or "" for row in rows if row.customizeIdentifier == "SystemTableSetup"]

    def myself(self) -> str:
        """The member identifier behind the key, as `_info.updatedBy` shows it."""
        for row in self.own_rights():
            if row.member and row.member.identifier:
                return row.member.identifier
        return ""

    # -- members -------------------------------------------------------------------------------------------------

    def find_members(self, identifier: str) -> list[MemberRecord]:
        rows = self._memory.recall(
            ("members", identifier),
            lambda: self._list(MemberRecord, "/system/apiMembers", conditions=equals(identifier=identifier)),
        )
        return [row for row in rows if row.identifier.casefold() == identifier.casefold()]

    def member(self, member_id: int) -> MemberRecord | None:
        """None when it is certainly gone: the site says so, and its list agrees."""
        try:
            return self._one(MemberRecord, "GET", f"/system/apiMembers/{member_id}")
        except NotThere:
            listed = self._list(MemberRecord, "/system/apiMembers", conditions=equals(id=member_id))
            return next((row for row in listed if row.id == member_id), None)

    def default_member(self) -> dict[str, Any]:
        """What the site fills a new API member with; fields by their wire name."""
        return self._memory.recall(
            ("memberDefault",), lambda: self._answer(dict[str, Any], self._send("GET", "/system/apiMembers/default"))
        )

    def create_member(self, body: dict[str, Any]) -> MemberRecord:
        with self._memory.writing("members"), self._memory.writing("membersOf"):
            return self._one(MemberRecord, "POST", "/system/apiMembers", body)

    def patch_member(self, member_id: int, values: dict[str, Any]) -> MemberRecord:
        """Replace fields; the site wants an array of operations."""
        operations = [{"op": "replace", "path": name, "value": value} for name, value in values.items()]
        with self._memory.writing("members"), self._memory.writing("membersOf"):
            return self._one(MemberRecord, "PATCH", f"/system/apiMembers/{member_id}", operations)

    def active_members_of(self, role_id: int) -> list[str]:
        """Identifiers of the active members, people and API members alike, that have the role."""
        return self._memory.recall(("membersOf", str(role_id)), lambda: self._look_up_members_of(role_id))

    def _look_up_members_of(self, role_id: int) -> list[str]:
        found = set()
        for path in ("/system/apiMembers", "/system/members"):
            rows = self._list(_AnyMember, path, conditions=equals(securityRole__id=role_id))
            found |= {row.identifier for row in rows if not row.inactiveFlag}
        return sorted(found)

    # -- catalogues ----------------------------------------------------------------------------------------------

    def setup_tables(self) -> list[str]:
        """Labels of all setup tables, `<category> / <name>`."""
        rows = self._memory.recall(("setupScreens",), lambda: self._list(ScreenRecord, "/system/setupScreens"))
        return [row.label for row in rows]

    def catalogue(self, path: str) -> list[Reference]:
        """All entries of a catalogue such as locations, as references."""
        return self._memory.recall(("catalogue", path), lambda: self._list(Reference, path))

    # -- protocol ------------------------------------------------------------------------------------------------

    def _send(self, method: str, path: str, *, query: Any = None, body: Any = None, headers: Any = None) -> Response:
        user, password = credentials(self._site.settings.company_id, self.public_key, self._private_key)
        signed = {"Authorization": basic(user, password), **(headers or {})}
        response = self._site.send(method, path, signed, query=query, body=body)
        if not 200 <= response.status < 300:
            shown = path if not path.startswith("http") else "the next page"
            raise refused(response, method, shown, self.public_key, self._check)
        return response

    def _one(self, record: type[R], method: str, path: str, body: Any = None) -> R:
        return cast(R, self._answer(record, self._send(method, path, body=body)))

    def _list(self, record: type[R], path: str, **query: str | int) -> list[R]:
        """All pages. Forward-only paging is asked for and, where it is not offered, pages are counted instead."""
        rows: list[R] = []
        asked: dict[str, str | int] = {**query, "pageSize": PAGE_SIZE}
        url, number = path, 1
        for _ in range(_MOST_PAGES):
            headers = {"pagination-type": "forward-only"} if number == 1 else {}
            response = self._send("GET", url, query=asked, headers=headers)
            page = self._answer(list[record], response)  # type: ignore[valid-type]
            rows += page
            try:
                link = next_link(response, self._site.origin)
            except TransportError as error:
                raise RemoteProblem(error.summary, next_step=error.next_step) from None
            if link:
                url, asked = link, {}
            elif "Link" not in response.headers and url == path and len(page) >= PAGE_SIZE:
                number += 1
                asked = {**asked, "page": number}
            else:
                return rows
        raise RemoteProblem(f"the site's list {path} does not end after {_MOST_PAGES} pages; nothing was concluded")

    def _answer(self, kind: Any, response: Response) -> Any:
        try:
            return TypeAdapter(kind).validate_python(response.json())
        except MalformedAnswer as error:
            raise RemoteProblem(error.summary, next_step=error.next_step) from None
        except ValidationError as error:
            where = "/".join(str(part) for part in error.errors(include_input=False)[0]["loc"]) or "its top"
            raise RemoteProblem(
                f"the site's answer has an unexpected shape (at {where}); nothing was concluded from it.",
                next_step="Check connectwise:apiVersion",
                setting="connectwise:apiVersion",
            ) from None


class _AnyMember(Stamped):
    """What people and API members have in common."""

    identifier: str
    inactiveFlag: bool | None = None

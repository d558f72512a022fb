"""How a company's site behaves where documents are silent, contradict each other or report cruel cases.

The defaults are what docs/coverage.md says; `PUT /_sim/companies/{id}/site` sets the modes that it names.
"""

from __future__ import annotations

from typing import Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from simulator.faults.fault import Expression

SCREENS_HOST: Final = "screens.example"  # stands for the host of the screens where ours has no `api-` to lose


class SiteModes(BaseModel):
    """The modes of one site."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid")

    # Fields of `/login/companyinfo/{id}` that differ, null for one that is missing:
    # {"SiteUrl": "api-ca.myconnectwise.net", "IsCloud": "True", "VersionCode": None}.
    company_info: dict[str, Any] = Field(default_factory=dict)
    # The origin that a `Link` names: "own", "screens" (https, without `api-`), "http" (our host without its port), any
    # other as "https://host:port"; "none" sends no Link at all.
    link_origin: str = Field("own", pattern=r"^(own|screens|http|none|https?://[^/\s]+)$")
    # A forward-only list that has no more rows: an empty `Link`, none, or one that goes on naming the last id.
    link_end: Literal["empty", "absent", "always"] = "empty"
    largest_page: int = Field(1000, ge=1)  # beyond it a pageSize is 400
    short_page: int | None = Field(None, ge=1)  # no page has more rows than this, whatever was asked for

    # Routes that this site does not have, whatever their case, as ["/system/mySecurity"]: each only itself, not what is
    # below it.
    missing_routes: list[str] = Field(default_factory=list)
    # What `conditions` of a list refuse though its rows have it: {"members": ["securityRole/id"]}; the lists' names are
    # those of list_fields.txt.
    refused_conditions: dict[str, list[str]] = Field(default_factory=dict)
    # What an address below a codebase that isn't this site's is answered with: a web server's 404, or what a live
    # gateway says (400, "Cannot route. Codebase/company is invalid").
    wrong_codebase: Literal["notFound", "cannotRoute"] = "notFound"
    # The API answers where the request's host begins with this, as "api-"; elsewhere it is 403, "SSL is required."
    api_host: str = ""
    customize_items: Literal["allowed", "denied"] = "allowed"  # the items that mySecurity/customizeItems lists
    # A role cannot be deleted while inactive members have it either, and those cannot be deleted.
    inactive_members_block: bool = False
    # A PATCH whose path leads into a reference ("securityRole/id"): 200 and no change, as the vendor's guide warns, or
    # the change.
    patch_by_part: Literal["ignored", "applied"] = "ignored"
    # What is null in answers: a regular expression for routes -> paths of fields, with wildcards, at any depth:
    # {"apiMembers": ["_info/updatedBy", "defaultLocation/name"], ".": ["*/_info"]}.
    nulls: dict[Expression, list[str]] = Field(default_factory=dict)
    level_texts: dict[str, str] = Field(default_factory=dict)  # what a level is called in answers: {"My": "Mine"}
    unknown_fields: bool = False  # every object of an answer has a field that no specification knows

    def lacks(self, route: str) -> bool:
        """Tell whether this site does not have the route of this template."""
        return any(route.rstrip("/").casefold() == missing.rstrip("/").casefold() for missing in self.missing_routes)

    def locate_link(self, url: str) -> str:
        """Return the address of this request as a `Link` names it."""
        if self.link_origin == "own":
            return url
        parts = urlsplit(url)
        host = parts.hostname or ""
        screens = host.removeprefix("api-") if host.startswith("api-") else SCREENS_HOST
        origin = {"screens": f"https://{screens}", "http": f"http://{host}"}.get(self.link_origin, self.link_origin)
        return f"{origin}{parts.path}"

"""How the screens of a company behave, who may sign in to them, and who is signed in."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from simulator.clock import Clock
from simulator.services.connectwise.api_keys import generate_half
from simulator.services.connectwise.models import PsaCompany

IDLE_SECONDS: Final = 20 * 60  # Umbrella signs out after 20 idle minutes (KB 360000384363, 2018)


class ScreenModes(BaseModel):
    """The modes that `/_sim/companies/{id}/screens` sets."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid")

    second_factor: bool = False
    captcha: bool = False
    session_seconds: float = Field(IDLE_SECONDS, gt=0)
    slow_ms: float = Field(0, ge=0, le=60_000)  # every answer of a screen takes this long
    late_ms: float = Field(0, ge=0, le=60_000)  # each piece of a page appears at a random moment within this time
    notice: str = ""  # an alert on every page
    notice_after_save: str = ""  # an alert after each Save, whatever its outcome
    labels: dict[str, str] = Field(default_factory=dict)  # a label as documented -> what the screen shows instead
    native_lists: bool = False  # levels and the PSA's name are drop-downs of the browser's own, no list of the client's
    placeholders: bool = False  # a field that nobody has typed in shows its value as a placeholder
    description_limit: int | None = Field(None, ge=1)  # of a key's description the console keeps so many characters,
    description_trim: bool = False  # and no blanks around it, nor two in a row

    def keep_description(self, text: str) -> str:
        """Return what the console keeps of a new key's description."""
        text = text[: self.description_limit]
        return " ".join(text.split()) if self.description_trim else text


@dataclass
class ScreenSession:
    user: str
    last_used: datetime
    verified: bool


@dataclass
class CompanyScreens:
    """The screens of one company and of its Umbrella consoles."""

    passwords: dict[str, str] = field(repr=False)
    code: str = field(repr=False)
    modes: ScreenModes = field(default_factory=ScreenModes)
    sessions: dict[tuple[str, str], ScreenSession] = field(default_factory=dict, repr=False)  # (console's path, cookie)


@dataclass
class ScreenRegistry:
    clock: Clock
    random: Random
    _screens: dict[str, CompanyScreens] = field(default_factory=dict, repr=False)

    def get(self, company: PsaCompany) -> CompanyScreens:
        """Return the screens of a company; its people's passwords are generated when they are first needed."""
        screens = self._screens.get(company.id)
        if screens is None:
            passwords = {member.identifier: generate_half(self.random) for member in company.list_people()}
            screens = self._screens[company.id] = CompanyScreens(passwords, f"{self.random.randrange(1_000_000):06}")
        return screens

    def remove(self, company: PsaCompany) -> None:
        self._screens.pop(company.id, None)

    def sign_in(self, company: PsaCompany, console: str, user: str, password: str) -> str | None:
        """Return a new session's cookie, or None. A user name ignores case, as the consoles' do (assumed)."""
        screens = self.get(company)
        people = {person.identifier.casefold(): person for person in company.list_people()}
        member = people.get(user.casefold())
        if member is None or member.inactive:
            return None
        if not hmac.compare_digest(password.encode(), screens.passwords.get(member.identifier, "").encode()):
            return None
        cookie = generate_half(self.random) + generate_half(self.random)
        verified = not screens.modes.second_factor
        screens.sessions[(console, cookie)] = ScreenSession(member.identifier, self.clock.now(), verified)
        return cookie

    def verify(self, company: PsaCompany, session: ScreenSession, code: str) -> bool:
        session.verified = hmac.compare_digest(code.strip().encode(), self.get(company).code.encode())
        return session.verified

    def find_session(self, company: PsaCompany, console: str, cookie: str | None) -> ScreenSession | None:
        """Find the session of a cookie unless it has expired; a session that is found stays alive."""
        screens, now = self.get(company), self.clock.now()
        session = screens.sessions.get((console, cookie or ""))
        if session is None:
            return None
        if now - session.last_used >= timedelta(seconds=screens.modes.session_seconds):
            del screens.sessions[(console, cookie or "")]
            return None
        session.last_used = now
        return session

    def sign_out(self, company: PsaCompany, console: str, cookie: str | None) -> None:
        self.get(company).sessions.pop((console, cookie or ""), None)

    def to_dict(self, company: PsaCompany) -> dict[str, Any]:
        screens = self.get(company)
        modes = screens.modes.model_dump(by_alias=True)
        return {**modes, "passwords": screens.passwords, "secondFactorCode": screens.code}

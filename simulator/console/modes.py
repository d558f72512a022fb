"""How the screens of a company behave, who may sign in to them, and who is signed in."""

import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from simulator.clock import Clock
from simulator.connectwise.keys import word
from simulator.connectwise.models import Company

IDLE: Final = 20 * 60  # seconds; Umbrella signs out after 20 idle minutes (KB 360000384363, 2018)


@dataclass
class Modes:
    """What can be switched on: below `/_sim/companies/{id}/screens`."""

    second_factor: bool = False
    captcha: bool = False
    session_seconds: float = IDLE
    slow_ms: float = 0  # every answer of a screen takes this long
    late_ms: float = 0  # each piece of a page appears at a random moment within this time
    notice: str = ""  # an alert that stands on every page
    notice_after_save: str = ""  # an alert that turns up after each Save, whatever became of it
    labels: dict[str, str] = field(default_factory=dict)  # a label as documented -> what the screen shows instead


@dataclass
class Session:
    user: str
    seen: datetime
    verified: bool


@dataclass
class Desk:
    """The screens of one company and of its Umbrella consoles."""

    passwords: dict[str, str] = field(repr=False)
    code: str = field(repr=False)
    modes: Modes = field(default_factory=Modes)
    sessions: dict[tuple[str, str], Session] = field(default_factory=dict, repr=False)  # (console's path, cookie)


@dataclass
class Screens:
    clock: Clock
    random: Random
    _desks: dict[str, Desk] = field(default_factory=dict, repr=False)

    def of(self, company: Company) -> Desk:
        """The desk of a company; its people's passwords are made up when they are first needed."""
        desk = self._desks.get(company.id)
        if desk is None:
            people = [member.identifier for member in company.members.values() if member.license_class == "F"]
            passwords = {identifier: word(self.random) for identifier in people}
            desk = self._desks[company.id] = Desk(passwords, f"{self.random.randrange(1_000_000):06}")
        return desk

    def close(self, company: Company) -> None:
        self._desks.pop(company.id, None)

    def sign_in(self, company: Company, console: str, user: str, password: str) -> str | None:
        """A new session's cookie, or None. A user name ignores case, as the consoles' do (assumed)."""
        desk = self.of(company)
        people = {m.identifier.casefold(): m for m in company.members.values() if m.license_class == "F"}
        member = people.get(user.casefold())
        if member is None or member.inactive:
            return None
        if not hmac.compare_digest(password.encode(), desk.passwords.get(member.identifier, "").encode()):
            return None
        cookie = word(self.random) + word(self.random)
        verified = not desk.modes.second_factor
        desk.sessions[(console, cookie)] = Session(member.identifier, self.clock.now(), verified)
        return cookie

    def verify(self, company: Company, session: Session, code: str) -> bool:
        session.verified = hmac.compare_digest(code.strip().encode(), self.of(company).code.encode())
        return session.verified

    def session(self, company: Company, console: str, cookie: str | None) -> Session | None:
        """The session of a cookie, if it is still good; being asked for keeps it alive."""
        desk, now = self.of(company), self.clock.now()
        session = desk.sessions.get((console, cookie or ""))
        if session is None:
            return None
        if now - session.seen >= timedelta(seconds=desk.modes.session_seconds):
            del desk.sessions[(console, cookie or "")]
            return None
        session.seen = now
        return session

    def sign_out(self, company: Company, console: str, cookie: str | None) -> None:
        self.of(company).sessions.pop((console, cookie or ""), None)

    def shown(self, company: Company) -> dict[str, Any]:
        desk = self.of(company)
        modes = desk.modes
        return {
            "secondFactor": modes.second_factor,
            "captcha": modes.captcha,
            "sessionSeconds": modes.session_seconds,
            "slowMs": modes.slow_ms,
            "lateMs": modes.late_ms,
            "notice": modes.notice,
            "noticeAfterSave": modes.notice_after_save,
            "labels": modes.labels,
            "passwords": desk.passwords,
            "secondFactorCode": desk.code,
        }

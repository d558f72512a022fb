"""The sign-in pages: name and password, a second factor, a captcha, and the sign-on that MSSP consoles force."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from simulator.services.console.markup import Child, Markup, element, render_document
from simulator.services.console.screen_request import ASSETS, COOKIE, ScreenRequest
from simulator.services.console.widgets import alert, button, field

_EXPIRED: Final = "Your session has expired. Please sign in again."
_WRONG: Final = "The user name or the password is not correct."
_NOT_HUMAN: Final = "Confirm that you are not a robot."


async def sign_in(screen: ScreenRequest) -> Response:
    """Show the form (`GET`) or try it (`POST`). Umbrella's MSSP consoles send everybody to Cisco's sign-on."""
    if screen.console is not None and screen.console.kind == "mssp":
        return screen.redirect_to("/sign-on")
    if screen.request.method == "GET":
        return _render_sign_in(screen, _EXPIRED if "expired" in screen.request.query_params else None)
    form = await _read_form(screen.request)
    if screen.modes.captcha and not form.get("human"):
        return _render_sign_in(screen, _NOT_HUMAN)
    if screen.console is None and form.get("company", "").casefold() != screen.company.id.casefold():
        return _render_sign_in(screen, _WRONG)
    return _start_session(screen, form.get("user", ""), form.get("password", "")) or _render_sign_in(screen, _WRONG)


async def sign_on(screen: ScreenRequest) -> Response:
    """Ask for the name, then for the password, as Cisco's sign-on does."""
    form = {} if screen.request.method == "GET" else await _read_form(screen.request)
    user = form.get("user", "")
    if not user:
        return _render_sign_on(screen, "", None)
    if "password" not in form:
        return _render_sign_on(screen, user, None)
    return _start_session(screen, user, form.get("password", "")) or _render_sign_on(screen, user, _WRONG)


async def verify_second_factor(screen: ScreenRequest) -> Response:
    if screen.session is None:
        return screen.redirect_to("/sign-in")
    if screen.session.verified:
        return screen.redirect_to()
    wrong = None
    if screen.request.method == "POST":
        form = await _read_form(screen.request)
        if screen.world.screens.verify(screen.company, screen.session, form.get("code", "")):
            return screen.redirect_to()
        wrong = "The code is not correct."
    label = screen.labels
    return _render_form(
        screen,
        label("Two-Factor Authentication"),
        f"{screen.base}/second-factor",
        wrong,
        element("p", "Enter the code from your authenticator app."),
        field(label("Verification Code"), "code", inputmode="numeric", autofocus=True),
        button(label("Verify"), kind="submit"),
    )


async def sign_out(screen: ScreenRequest) -> Response:
    screen.world.screens.sign_out(screen.company, screen.base, screen.request.cookies.get(COOKIE))
    return screen.redirect_to("/sign-in")


def _start_session(screen: ScreenRequest, user: str, password: str) -> Response | None:
    cookie = screen.world.screens.sign_in(screen.company, screen.base, user, password)
    if cookie is None:
        return None
    answer = screen.redirect_to("/second-factor" if screen.modes.second_factor else "")
    answer.set_cookie(COOKIE, cookie, path=screen.base, httponly=True, samesite="lax")
    return answer


def _render_sign_in(screen: ScreenRequest, message: str | None) -> Response:
    label = screen.labels
    captcha = None
    if screen.modes.captcha:
        box = element("input", id="human", name="human", type="checkbox", value="yes")
        captcha = element("p", box, element("label", " " + label("I am not a robot"), for_="human"), class_="captcha")
    return _render_form(
        screen,
        screen.title,
        f"{screen.base}/sign-in",
        message,
        field(label("Company"), "company") if screen.console is None else None,
        field(label("Username"), "user"),
        field(label("Password"), "password", type="password"),
        captcha,
        button(label("Log In"), kind="submit"),
    )


def _render_sign_on(screen: ScreenRequest, user: str, wrong: str | None) -> Response:
    """Render the sign-on of an MSSP console; its layout is ours, for its screens are not documented."""
    secret = field("Password", "password", type="password", autofocus=True) if user else None
    return _render_form(
        screen,
        "Cisco Sign On",
        f"{screen.base}/sign-on",
        wrong,
        field("Email", "user", user),
        secret,
        button("Log in" if user else "Next", kind="submit"),
    )


def _render_form(screen: ScreenRequest, heading: str, action: str, message: str | None, *children: Child) -> Response:
    notice = alert(screen.modes.notice) if screen.modes.notice else None
    refusal = alert(message) if message else None
    form: Markup = element("form", notice, refusal, *children, method="post", action=action)
    body = element("main", element("h1", heading), form, class_="sign-in")
    return HTMLResponse(render_document(f"{heading} - {screen.title}", body, assets=ASSETS))


async def _read_form(request: Request) -> dict[str, str]:
    return dict(parse_qsl((await request.body()).decode(errors="replace"), keep_blank_values=True))

"""The sign-in pages: name and password, a second factor, a captcha, and the sign-on that MSSP consoles force."""

from typing import Final
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from simulator.console.markup import Child, Markup, document, element
from simulator.console.parts import alert, button, field
from simulator.console.visit import ASSETS, COOKIE, Visit

_EXPIRED: Final = "Your session has expired. Please sign in again."
_WRONG: Final = "The user name or the password is not correct."
_ROBOT: Final = "Confirm that you are not a robot."


async def sign_in(at: Visit) -> Response:
    """`GET` shows the form, `POST` tries it. Umbrella's MSSP consoles send everybody to Cisco's sign-on."""
    if at.console is not None and at.console.kind == "mssp":
        return at.to("/sign-on")
    if at.request.method == "GET":
        return _page(at, _EXPIRED if "expired" in at.request.query_params else None)
    form = await _form_of(at.request)
    if at.modes.captcha and not form.get("human"):
        return _page(at, _ROBOT)
    if at.console is None and form.get("company", "").casefold() != at.company.id.casefold():
        return _page(at, _WRONG)
    return _entered(at, form.get("user", ""), form.get("password", "")) or _page(at, _WRONG)


async def sign_on(at: Visit) -> Response:
    """Cisco's sign-on in two steps: the name, then the password."""
    form = {} if at.request.method == "GET" else await _form_of(at.request)
    user = form.get("user", "")
    if not user:
        return _sign_on(at, "", None)
    if "password" not in form:
        return _sign_on(at, user, None)
    return _entered(at, user, form.get("password", "")) or _sign_on(at, user, _WRONG)


async def second_factor(at: Visit) -> Response:
    if at.session is None:
        return at.to("/sign-in")
    if at.session.verified:
        return at.to()
    wrong = None
    if at.request.method == "POST":
        form = await _form_of(at.request)
        if at.world.screens.verify(at.company, at.session, form.get("code", "")):
            return at.to()
        wrong = "The code is not correct."
    say = at.words
    return _form(
        at,
        say("Two-Factor Authentication"),
        f"{at.base}/second-factor",
        alert(wrong) if wrong else None,
        element("p", "Enter the code from your authenticator app."),
        field(say("Verification Code"), "code", inputmode="numeric", autofocus=True),
        button(say("Verify"), kind="submit"),
    )


async def sign_out(at: Visit) -> Response:
    at.world.screens.sign_out(at.company, at.base, at.request.cookies.get(COOKIE))
    return at.to("/sign-in")


def _entered(at: Visit, user: str, password: str) -> Response | None:
    cookie = at.world.screens.sign_in(at.company, at.base, user, password)
    if cookie is None:
        return None
    answer = at.to("/second-factor" if at.modes.second_factor else "")
    answer.set_cookie(COOKIE, cookie, path=at.base, httponly=True, samesite="lax")
    return answer


def _page(at: Visit, message: str | None) -> Response:
    say = at.words
    robot = None
    if at.modes.captcha:
        box = element("input", id="human", name="human", type="checkbox", value="yes")
        robot = element("p", box, element("label", " " + say("I am not a robot"), for_="human"), class_="captcha")
    return _form(
        at,
        at.title,
        f"{at.base}/sign-in",
        alert(message) if message else None,
        field(say("Company"), "company") if at.console is None else None,
        field(say("Username"), "user"),
        field(say("Password"), "password", type="password"),
        robot,
        button(say("Log In"), kind="submit"),
    )


def _sign_on(at: Visit, user: str, wrong: str | None) -> Response:
    """What a person meets on an MSSP console; ours to lay out, for its screens are not documented."""
    secret = field("Password", "password", type="password", autofocus=True) if user else None
    return _form(
        at,
        "Cisco Sign On",
        f"{at.base}/sign-on",
        alert(wrong) if wrong else None,
        field("Email", "user", user),
        secret,
        button("Log in" if user else "Next", kind="submit"),
    )


def _form(at: Visit, heading: str, action: str, *children: Child) -> Response:
    notice = alert(at.modes.notice) if at.modes.notice else None
    form: Markup = element("form", notice, *children, method="post", action=action)
    body = element("main", element("h1", heading), form, class_="sign-in")
    return HTMLResponse(document(f"{heading} - {at.title}", body, assets=ASSETS))


async def _form_of(request: Request) -> dict[str, str]:
    return dict(parse_qsl((await request.body()).decode(errors="replace"), keep_blank_values=True))

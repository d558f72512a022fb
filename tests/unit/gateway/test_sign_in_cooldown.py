"""How long no sign-in is tried again that only a person can finish."""

from __future__ import annotations

from gateway.consoles.sign_in import COOLDOWN, SignInCooldown


def test_a_cooldown_lasts_for_its_time_and_is_renewed_by_the_same_action() -> None:
    now = 5.0
    cooldown = SignInCooldown(lambda: now)
    assert cooldown.get_action() is None
    cooldown.start("solve the captcha")
    now += COOLDOWN - 1
    assert cooldown.get_action() == "solve the captcha"
    now += 1
    assert cooldown.get_action() is None, "it may be tried again"
    cooldown.start("solve the captcha")
    now += COOLDOWN - 1
    assert cooldown.get_action() == "solve the captcha", "but once only"
    cooldown.clear()
    assert cooldown.get_action() is None

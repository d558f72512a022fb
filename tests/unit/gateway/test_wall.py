"""How long nobody knocks at a sign-in that only a person can finish."""

from __future__ import annotations

from gateway.wall import PATIENCE, Wall


def test_a_wall_stands_for_its_time_and_is_renewed_by_the_same_words() -> None:
    now = 5.0
    wall = Wall(lambda: now)
    assert wall.stands() is None
    wall.put_up("solve the captcha")
    now += PATIENCE - 1
    assert wall.stands() == "solve the captcha"
    now += 1
    assert wall.stands() is None, "one may knock again"
    wall.put_up("solve the captcha")
    now += PATIENCE - 1
    assert wall.stands() == "solve the captcha", "but once only"
    wall.clear()
    assert wall.stands() is None

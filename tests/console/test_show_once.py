"""The private key: read once, in memory only, in no picture, no message and no file."""

from __future__ import annotations

import base64
import secrets
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.console.running import GatewayThread, Serve, Tenant
from tests.console.test_labels import write_screens

GREY = [128, 128, 128, 255]


@pytest.mark.parametrize("label", ["Private Key", "Public Key"])
def test_a_mint_that_can_t_be_read_tells_labels_only_and_is_never_repeated(
    gateway: GatewayThread, serve: Serve, tenant: Tenant, tmp_path: Path, label: str
) -> None:
    client, once = serve(screens=write_screens(tmp_path)), secrets.token_hex(16)
    client.expect_ok("GET", tenant.keys)
    before = client.expect_ok("GET", "/evidence")
    tenant.company.ask("PUT", "/screens", {"labels": {label: "Something else"}})
    if label == "Public Key":
        client = serve(screens=write_screens(tmp_path, keys={"columns": {"publicKey": "Something else"}}))
    answer = client.expect_error("POST", tenant.keys, {"description": "lost"}, once)
    assert answer[:2] == (501, "unknown_screen")
    assert f"no textbox '{label}'" in answer[2]
    assert client.expect_error("POST", tenant.keys, {"description": "lost"}, once) == answer
    assert [key["description"] for key in tenant.company.member()["keys"]] == ["lost"], "made once, its half unknown"
    taken = client.expect_ok("GET", "/evidence")[len(before) :]
    assert [picture["moment"] for picture in taken] == ["before"], "no picture from the Save on"

    tenant.company.ask("PUT", "/screens", {"labels": {}})
    client = serve(screens=write_screens(tmp_path))
    assert client.expect_ok("POST", tenant.keys, {"description": "next"})["privateKey"]
    assert [picture["moment"] for picture in client.expect_ok("GET", "/evidence")][-1] == "after"
    assert _find_leaks(gateway.folder, tenant.company.private_keys()) == []


def test_pictures_show_what_was_entered_but_no_secret(gateway: GatewayThread, serve: Serve, person: Browser) -> None:
    client = serve("umbrella")
    body = {"kind": "ConnectWise", "enabled": True, "publicKey": "A" * 16, "privateKey": "b" * 16}
    client.expect_ok("PUT", "/psaIntegration", body)
    taken = client.expect_ok("GET", "/evidence")
    assert [(picture["operation"], picture["moment"]) for picture in taken] == [
        ("put-integration", "before"),
        ("put-integration", "after"),
    ]
    folder = gateway.configuration.folder / "evidence" / client.name
    assert [oct(place.stat().st_mode & 0o777) for place in (folder, folder / taken[0]["file"])] == ["0o700", "0o600"]
    page = gateway.get_session(client)._page
    assert page is not None
    fields = gateway.run(page.evaluate(FIND_FIELDS))
    grey = find_grey(person, folder / taken[1]["file"], fields)
    assert grey == {"kind": False, "publicKey": False, "privateKey": True}
    assert "data-evidence" not in gateway.run(page.content()), "the page is left as it was"


def test_the_picture_of_a_screen_with_another_label_shows_nothing_that_may_be_a_secret(
    gateway: GatewayThread, serve: Serve, tenant: Tenant, tmp_path: Path, person: Browser
) -> None:
    tenant.company.ask("PUT", "/screens", {"labels": {"Role ID": "Something else"}})
    client = serve(screens=write_screens(tmp_path))
    client.expect_error("PUT", tenant.settings, {"settings": []})
    (picture,) = client.expect_ok("GET", "/evidence")
    page = gateway.get_session(client)._page
    assert page is not None
    file = gateway.configuration.folder / "evidence" / client.name / picture["file"]
    assert find_grey(person, file, gateway.run(page.evaluate(FIND_FIELDS))) == {"name": True}


FIND_FIELDS = """() => Object.fromEntries([...document.querySelectorAll('main input')].map((field) => {
  const { x, y, width, height } = field.getBoundingClientRect();
  return [field.name, [x + 1, y + 1, width - 2, height - 2].map(Math.round)];
}))"""


def find_grey(person: Browser, file: Path, fields: dict[str, list[int]]) -> dict[str, bool]:
    """Tell of each field whether the picture has nothing but grey where it stands."""
    data = base64.b64encode(file.read_bytes()).decode()
    page = person.new_page(viewport={"width": 1280, "height": 800})
    page.set_content(f'<img id="shot" src="data:image/png;base64,{data}">')
    found: dict[str, bool] = page.evaluate(
        """async ([grey, fields]) => {
          const shot = document.getElementById('shot');
          await shot.decode();
          const canvas = Object.assign(document.createElement('canvas'), { width: shot.width, height: shot.height });
          const context = canvas.getContext('2d');
          context.drawImage(shot, 0, 0);
          return Object.fromEntries(Object.entries(fields).map(([name, place]) => {
            const points = context.getImageData(...place).data;
            return [name, points.every((part, i) => part === grey[i % 4])];
          }));
        }""",
        [GREY, fields],
    )
    page.close()
    return found


def test_pictures_rotate(gateway: GatewayThread, serve: Serve, tenant: Tenant) -> None:
    client = serve(pictures=3)
    for number in range(2):
        client.expect_ok("POST", tenant.keys, {"description": f"key {number}"})
    taken = client.expect_ok("GET", "/evidence")
    assert [picture["moment"] for picture in taken] == ["after", "before", "after"]


def _find_leaks(folder: Path, wanted: list[str]) -> list[str]:
    kept = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    return [secret for secret in wanted if any(secret.encode() in content for content in kept)]

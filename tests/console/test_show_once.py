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


def test_pictures_show_no_input_and_are_their_owner_s(gateway: GatewayThread, serve: Serve, person: Browser) -> None:
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
    data = base64.b64encode((folder / taken[1]["file"]).read_bytes()).decode()
    page = person.new_page(viewport={"width": 1280, "height": 800})
    page.set_content(f'<img id="shot" src="data:image/png;base64,{data}">')
    masked = page.evaluate(
        """async (grey) => {
          const shot = document.getElementById('shot');
          await shot.decode();
          const canvas = Object.assign(document.createElement('canvas'), { width: shot.width, height: shot.height });
          const context = canvas.getContext('2d');
          context.drawImage(shot, 0, 0);
          const points = context.getImageData(0, 0, shot.width, shot.height).data;
          let same = 0;
          for (let at = 0; at < points.length; at += 4) same += grey.every((part, i) => points[at + i] === part);
          return same;
        }""",
        GREY,
    )
    page.close()
    assert masked >= 3 * 300 * 25, "three fields of 320 by 32 points are grey"


def test_pictures_rotate(gateway: GatewayThread, serve: Serve, tenant: Tenant) -> None:
    client = serve(pictures=3)
    for number in range(2):
        client.expect_ok("POST", tenant.keys, {"description": f"key {number}"})
    taken = client.expect_ok("GET", "/evidence")
    assert [picture["moment"] for picture in taken] == ["after", "before", "after"]


def _find_leaks(folder: Path, wanted: list[str]) -> list[str]:
    kept = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    return [secret for secret in wanted if any(secret.encode() in content for content in kept)]

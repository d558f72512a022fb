"""The gateway's configuration and screens files: what is accepted, and how the rest is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from gateway.configuration import ConfigurationError, load_configuration
from gateway.credentials import CredentialError, CredentialSource
from gateway.screens.loading import merge_screens
from gateway.screens.schema import ConnectWiseScreens, Element, UmbrellaScreens

CONSOLE = {
    "kind": "connectwise",
    "address": "https://na.example.com/client",
    "companyId": "acme",
    "token": {"environment": "TOKEN"},
}


def write_configuration(folder: Path, **changes: Any) -> Path:
    console = {**CONSOLE, **changes.pop("console", {})}
    settings = {"unsupported": "accepted", "folder": "kept", "consoles": {"acme": console}, **changes}
    content = {key: value for key, value in settings.items() if value is not None}
    file = folder / "gateway.yaml"
    file.write_text(yaml.safe_dump(content), encoding="utf-8")
    return file


def test_a_whole_configuration(tmp_path: Path) -> None:
    configuration = load_configuration(write_configuration(tmp_path, listen="[::1]:0"))
    assert (configuration.host, configuration.port, configuration.folder) == ("::1", 0, tmp_path / "kept")
    assert load_configuration(write_configuration(tmp_path)).host == "127.0.0.1", "loopback by default"
    assert configuration.consoles["acme"].allow.roles == [], "nothing may be touched unless it is named"


def test_relative_paths_are_relative_to_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = {
        "screens": "screens.yaml",
        "token": {"file": "secrets/token"},
        "userName": {"file": "/run/secrets/user"},
        "password": {"command": ["cat", "left/alone"]},
    }
    file = write_configuration(tmp_path, console=paths, browser={"executable": "chrome/chrome"})
    monkeypatch.chdir(tmp_path.parent)
    for named in (file, Path(tmp_path.name) / file.name):
        configuration = load_configuration(named)
        console = configuration.consoles["acme"]
        assert configuration.folder == tmp_path / "kept"
        assert configuration.browser.executable == tmp_path / "chrome/chrome"
        assert (console.screens, console.token.file) == (tmp_path / "screens.yaml", tmp_path / "secrets/token")
        assert console.user_name == CredentialSource(file=Path("/run/secrets/user"))
        assert console.password == CredentialSource(command=["cat", "left/alone"])
    assert load_configuration(write_configuration(tmp_path)).browser.executable is None
    assert load_configuration(write_configuration(tmp_path)).consoles["acme"].screens is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"unsupported": None}, "unsupported: Field required"),
        ({"unsupported": "yes"}, "unsupported: Input should be 'accepted'"),
        ({"colour": "red"}, "colour: Extra inputs are not permitted"),
        ({"consoles": {}}, "consoles: Dictionary should have at least 1 item"),
        ({"listen": "nowhere"}, "listen: .*host:port"),
        ({"console": {"address": "http://na.example.com"}}, "https is needed"),
        ({"console": {"companyId": None}}, "needs companyId"),
        ({"console": {"kind": "msp"}}, "needs consoleId"),
        ({"console": {"userName": {"environment": "USER"}}}, "come together"),
        ({"console": {"allow": {"roles": [" ADMIN "]}}}, "never the gateway's to change"),
        ({"console": {"token": {"environment": "A", "file": "/b"}}}, "exactly one of"),
        ({"console": {"token": {}}}, "exactly one of"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        load_configuration(write_configuration(tmp_path, **changes))


def test_files_that_can_t_be_read_are_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="can't be read: FileNotFoundError"):
        load_configuration(tmp_path / "nothing.yaml")
    (tmp_path / "broken.yaml").write_text("a: [", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="is not YAML"):
        load_configuration(tmp_path / "broken.yaml")


def test_credentials_come_from_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", "from the environment")
    (tmp_path / "token").write_text("from a file\n", encoding="utf-8")
    sources = {
        "from the environment": CredentialSource(environment="TOKEN"),
        "from a file": CredentialSource(file=tmp_path / "token"),
        "from a command": CredentialSource(command=["echo", "from a command"]),
    }
    assert list(sources) == [source.read().get_secret_value() for source in sources.values()]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (CredentialSource(environment="NOT_SET_ANYWHERE"), "the environment variable NOT_SET_ANYWHERE is not set"),
        (CredentialSource(file=Path("/nowhere/token")), "can't be read: FileNotFoundError"),
        (CredentialSource(command=["false"]), "the command false failed"),
        (CredentialSource(command=["true"]), "the command true is empty"),
    ],
)
def test_a_source_that_gives_nothing_is_named(source: CredentialSource, words: str) -> None:
    with pytest.raises(CredentialError, match=words):
        source.read()


def test_a_screens_file_changes_what_it_names_and_nothing_else(tmp_path: Path) -> None:
    documented = merge_screens(ConnectWiseScreens, "connectwise", None)
    file = tmp_path / "screens.yaml"
    file.write_text("role:\n  save: {link: Salva}\n  values: {All: Tutto}\n", encoding="utf-8")
    changed = merge_screens(ConnectWiseScreens, "connectwise", file)
    assert changed.role.save == Element(role="link", name="Salva")
    assert changed.role.values == {"None": "None", "My": "My", "All": "Tutto"}
    assert changed.model_copy(update={"role": documented.role}) == documented


@pytest.mark.parametrize(
    "text", ["role:\n  safe: {button: Save}\n", "role:\n  save: {knob: Save}\n", "waits: {quiet: -1}\n"]
)
def test_a_screens_file_with_an_unknown_word_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "screens.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"screens\.yaml: "):
        merge_screens(ConnectWiseScreens, "connectwise", file)


def test_the_documented_labels_are_cisco_s() -> None:
    client = merge_screens(ConnectWiseScreens, "connectwise", None)
    assert [element.name for element in client.roles.entries] == ["System", "Security Roles"]
    assert [element.name for element in (*client.members.entries, *client.members.tabs)] == [
        "System",
        "Members",
        "API Members",
    ]
    console = merge_screens(UmbrellaScreens, "umbrella", None)
    assert [element.name for element in console.settings.entries] == ["{settings}", "PSA Integration Details"]
    assert console.integration.public_key.name == "Public API Key"
    assert console.integration.private_key == "Private API Key"

"""The gateway's configuration and screens files: what is accepted, and how the rest is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from gateway.configuration import load_configuration
from gateway.credentials import CredentialError, CredentialSource, find_flaw
from gateway.screens.element import Element
from gateway.screens.loading import merge_screens
from gateway.screens.schema import ConnectWiseScreens, UmbrellaScreens
from gateway.validation import ConfigurationError

CONSOLE = {
    "kind": "connectwise",
    "address": "https://na.example.com/client",
    "companyId": "acme",
    "token": {"environment": "TOKEN"},
}


def write_configuration(folder: Path, /, **changes: Any) -> Path:
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
        ({"unsupported": None}, "unsupported is missing"),
        ({"unsupported": "yes"}, "unsupported must be 'accepted'"),
        ({"colour": "red"}, "colour is not known; there are unsupported, listen, folder, browser, consoles"),
        ({"folde": "kept", "folder": None}, r"yaml: folde is not known; did you mean folder\?$"),
        ({"console": {"tokn": {"environment": "A"}, "token": None}}, r"acme\.tokn is not known; did you mean token\?"),
        ({"console": {"allow": {"role": []}}}, r"acme\.allow\.role is not known; did you mean roles\?"),
        ({"console": {"companyId": 12}}, "acme.companyId must be text: write it in quotes"),
        ({"console": {"allow": ["Umbrella"]}}, "acme.allow must be a mapping"),
        ({"console": {"token": "sw0rdfish"}}, "acme.token must name its source.*, not the value$"),
        ({"console": {"address": "https:///x"}}, "must name a host"),
        ({"console": {"address": "https://[x"}}, "must be a URL"),
        ({"listen": "127.0.0.1:65536"}, "listen must be written as host:port"),
        ({"queueSeconds": float("nan")}, "queueSeconds must be a number"),
        ({"queueSeconds": 0}, "queueSeconds must be more than 0"),
        ({"pictures": "many"}, "pictures must be a whole number"),
        ({"consoles": {}}, "consoles must not be empty"),
        ({"listen": "nowhere"}, "listen must be written as host:port"),
        ({"console": {"address": "http://na.example.com"}}, "must be https"),
        ({"console": {"companyId": None}}, "needs companyId"),
        ({"console": {"kind": "msp"}}, "needs consoleId"),
        ({"console": {"userName": {"environment": "USER"}}}, "needs userName and password together"),
        ({"console": {"allow": {"roles": [" ADMIN "]}}}, "never the gateway's to change"),
        ({"console": {"token": {"environment": "A", "file": "/b"}}}, "exactly one of"),
        ({"console": {"token": {}}}, "exactly one of"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        load_configuration(write_configuration(tmp_path, **changes))


def test_files_that_can_t_be_read_are_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="can't be read: No such file or directory"):
        load_configuration(tmp_path / "nothing.yaml")
    (tmp_path / "broken.yaml").write_text("a: [", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"is not YAML \(line 1, column 5\)"):
        load_configuration(tmp_path / "broken.yaml")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "it must be a mapping"),
        ("- a\n", "it must be a mapping"),
        ("folder: a\nlisten: b\nfolder: c\n", r"the key 'folder' is there twice \(line 3\)"),
        ("consoles:\n  a: {kind: msp,\n   kind: mssp}\n", r"the key 'kind' is there twice \(line 3\)"),
        ("companyId: 2026-13-45\n", "is not YAML; .* needs quotes"),
        ("a\0b", "is not YAML"),
        ("[" * 5000, "is not YAML"),
        ("? [a, b]\n: c\n? {}\n: d\n", "is not YAML"),
    ],
)
def test_what_is_no_configuration_is_one_sentence(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "broken.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=words) as caught:
        load_configuration(tmp_path / "broken.yaml")
    assert "\n" not in str(caught.value)


def test_the_variables_that_are_named_are_inherited_by_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", "a")
    monkeypatch.setenv("PSA_USER", "b")
    shared = {"environment": "PSA_USER"}
    consoles = {name: CONSOLE | {"userName": shared, "password": {"command": ["env"]}} for name in ("one", "two")}
    configuration = load_configuration(write_configuration(tmp_path, consoles=consoles))
    for console in configuration.consoles.values():
        assert console.user_name is not None and console.password is not None
        assert (console.token.read().get_secret_value(), console.user_name.read().get_secret_value()) == ("a", "b")
        inherited = console.password.read().get_secret_value().splitlines()
        assert not [line for line in inherited if line.startswith(("TOKEN=", "PSA_USER="))]


@pytest.mark.parametrize(
    ("token", "words"),
    [
        ("short", "too easy to guess"),
        ("0a1b2c3d4e5f60718293a4b5c6d7e8f", "too easy to guess"),
        ("a" * 64, "too easy to guess"),
        ("correct-horse" * 3, "too easy to guess"),
        ("1234567890" * 4, "too easy to guess"),
        ("a token of several words, which is long", "may hold only"),
        ("pässwörd-pässwörd-0123456789", "may hold only"),
        ("0a1b2c3d4e5f6071\n8293a4b5c6d7e8f9", "may hold only"),
        ("0a1b2c3d4e5f60718293a4b5c6d7e8f9 ", "may hold only"),
        ("0a1b2c3d4e5f60718293a4b5c6d7e8f9", None),
        ("abcdefghijklmnopqrstuvwxyz012345", None),
        ("6eTc-aw7pBec5rj533lltQ", None),
        ("6fea76956c43d9d65e952a1c122d0294", None),
    ],
)
def test_a_token_must_be_hard_to_guess(token: str, words: str | None) -> None:
    flaw = find_flaw(token)
    assert (flaw or "").find(words or "") >= 0 and (flaw is None) == (words is None)
    assert token not in (flaw or "")


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
        (CredentialSource(file=Path("/nowhere/token")), "can't be read: No such file or directory"),
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
    "text",
    [
        "role:\n  safe: {button: Save}\n",
        "role:\n  save: {knob: Save}\n",
        "waits: {quiet: -1}\n",
        "roleRows: {id: '('}\n",
        "roleRows: {id: 'no group'}\n",
    ],
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

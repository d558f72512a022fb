"""One place in each kind of vault, and what somebody with all rights does there without our code."""

from __future__ import annotations

import json
import subprocess
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from providers.vault.address import parse_place
from providers.vault.connection import VaultSettings
from tests.vault.azure_fake import FakeKeyVault
from tests.vault.memory_vault import DRAWERS, MemoryStore
from tests.vault.proxy import Proxy
from tests.vault.server import VaultServer

Fields = dict[str, str]


class Place(ABC):
    """`settings` lead our code there; all other methods are an administrator's own hands."""

    settings: VaultSettings
    keeps_history = True
    soft_deletes = True

    @property
    def url(self) -> str:
        assert self.settings.url
        return self.settings.url

    @property
    def name(self) -> str:
        return parse_place(self.url)

    @abstractmethod
    def list_values(self) -> list[Fields]:
        """Every version's value, the current one last."""

    @abstractmethod
    def add(self, fields: Fields) -> None:
        """A new version by somebody's hand."""

    @abstractmethod
    def delete(self) -> None:
        """For good."""

    def get_metadata(self) -> object:
        """What stands beside the values; None where nothing can but with a new version."""
        return None

    def soft_delete(self) -> None:
        raise NotImplementedError

    @abstractmethod
    def list_requests(self) -> list[str]:
        """What our code has asked, a line per request."""

    @abstractmethod
    def forget_asked(self) -> None: ...


class VaultPlace(Place):
    def __init__(self, server: VaultServer, proxy: Proxy, path: str, **settings: Any) -> None:
        self.server, self.proxy = server, proxy
        self.path = path
        given = {"token": SecretStr(server.token)} if "token" not in settings and "role_id" not in settings else {}
        self.settings = VaultSettings(url=f"vault://secret/{path}", address=proxy.url, **{**given, **settings})

    def list_values(self) -> list[Fields]:
        about = self.metadata()["versions"]
        whole = [number for number in sorted(about, key=int) if not about[number]["deletion_time"]]
        read = f"secret/data/{self.path}?version="
        return [self.server.ask("GET", read + number)["data"]["data"] for number in whole]

    def get_metadata(self) -> object:
        return self.metadata()

    def metadata(self) -> dict[str, Any]:
        found: dict[str, Any] = self.server.ask("GET", f"secret/metadata/{self.path}")["data"]
        return found

    def add(self, fields: Fields) -> None:
        self.server.ask("POST", f"secret/data/{self.path}", {"data": fields})

    def soft_delete(self) -> None:
        self.server.ask("DELETE", f"secret/data/{self.path}")

    def delete(self) -> None:
        self.server.ask("DELETE", f"secret/metadata/{self.path}")

    def list_requests(self) -> list[str]:
        return [str(asked) for asked in self.proxy.asked]

    def forget_asked(self) -> None:
        self.proxy.asked.clear()


class AwsPlace(Place):
    def __init__(self, client: Any, proxy: Proxy, secret: str, **settings: Any) -> None:
        self.client, self.proxy = client, proxy
        self.secret = secret
        self.settings = VaultSettings(url=f"awssm://{secret}", endpoint=proxy.url, region="eu-west-1", **settings)

    def list_values(self) -> list[Fields]:
        listed = self.client.list_secret_version_ids(SecretId=self.secret, IncludeDeprecated=True)["Versions"]
        listed.sort(key=lambda each: "AWSCURRENT" in (each.get("VersionStages") or []))
        return [json.loads(self._get_value(each["VersionId"])) for each in listed]

    def _get_value(self, version: str) -> str:
        text: str = self.client.get_secret_value(SecretId=self.secret, VersionId=version)["SecretString"]
        return text

    def get_metadata(self) -> object:
        found = self.client.describe_secret(SecretId=self.secret)
        return found.get("Tags"), found.get("VersionIdsToStages"), found["LastChangedDate"]

    def add(self, fields: Fields) -> None:
        self.client.put_secret_value(SecretId=self.secret, SecretString=json.dumps(fields))

    def soft_delete(self) -> None:
        self.client.delete_secret(SecretId=self.secret)

    def delete(self) -> None:
        self.client.delete_secret(SecretId=self.secret, ForceDeleteWithoutRecovery=True)

    def list_requests(self) -> list[str]:
        return [str(asked) for asked in self.proxy.asked]

    def forget_asked(self) -> None:
        self.proxy.asked.clear()


class AzurePlace(Place):
    """Over the official client, against a FAKE of the service."""

    def __init__(self, fake: FakeKeyVault, secret: str) -> None:
        self.fake, self.secret = fake, secret
        self.settings = VaultSettings(url=f"azurekv://acme-vault/{secret}", endpoint=fake.url)

    def list_values(self) -> list[Fields]:
        found = self.fake.secret(self.secret)
        return [json.loads(version.value) for version in found.versions] if found else []

    def get_metadata(self) -> object:
        found = self.fake.secret(self.secret)
        return found and [(version.tags, version.content_type, version.enabled) for version in found.versions]

    def add(self, fields: Fields) -> None:
        self.fake.set(self.secret, json.dumps(fields))

    def soft_delete(self) -> None:
        found = self.fake.secret(self.secret)
        assert found
        found.deleted = True

    def delete(self) -> None:
        self.fake.purge(self.secret)

    def list_requests(self) -> list[str]:
        return list(self.fake.asked)

    def forget_asked(self) -> None:
        self.fake.asked.clear()


class AgePlace(Place):
    """Real files; what is in them is told by the age (or rage) command."""

    keeps_history = False
    soft_deletes = False

    def __init__(self, command: Path, folder: Path, recipient: str, identity: Path) -> None:
        self.command, self.identity, self.recipient = command, identity, recipient
        self.file = folder / "acme.age"
        self.settings = VaultSettings(url=f"age://{self.file}?recipient={recipient}")

    def list_values(self) -> list[Fields]:
        if not self.file.exists():
            return []
        found: Fields = json.loads(self.decrypt())
        return [found]

    def decrypt(self) -> bytes:
        return subprocess.run(
            [self.command, "--decrypt", "-i", self.identity, self.file], check=True, capture_output=True
        ).stdout

    def add(self, fields: Fields) -> None:
        sealed = subprocess.run(
            [self.command, "-r", self.recipient], input=json.dumps(fields).encode(), check=True, capture_output=True
        ).stdout
        self.file.write_bytes(sealed)

    def delete(self) -> None:
        self.file.unlink()

    def list_requests(self) -> list[str]:
        return []

    def forget_asked(self) -> None:
        return None


class DrawerPlace(Place):
    """In memory, by way of a plug-in."""

    def __init__(self, name: str) -> None:
        self.settings = VaultSettings(url=f"drawer://{name}")
        self.drawer = DRAWERS[self.url] = MemoryStore()

    def list_values(self) -> list[Fields]:
        return [json.loads(text) for _, text, _ in self.drawer.versions]

    def add(self, fields: Fields) -> None:
        self.drawer.add(json.dumps(fields))

    def soft_delete(self) -> None:
        self.drawer.deleted = True

    def delete(self) -> None:
        self.drawer.versions.clear()

    def list_requests(self) -> list[str]:
        return list(self.drawer.asked)

    def forget_asked(self) -> None:
        self.drawer.asked.clear()

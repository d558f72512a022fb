"""Where the engine keeps states: the address that it is signed in to, and how to show one."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

PROJECT_FILE = Path("Pulumi.yaml")
# One that is not quoted as it should be may hold any sign, and then the engine calls a piece of it a port.
_USER = re.compile(r"://\S*@")
_PASSWORD = re.compile(r"(?<=password=)[^\s&\"']+|(?<=invalid port )\S+")


def find_backend(environment: Mapping[str, str], project: Path = PROJECT_FILE) -> str:
    """Find the address of the backend, as the engine does: environment, project file, login. Empty when nowhere."""
    return environment.get("PULUMI_BACKEND_URL") or _read_project(project) or _read_login(environment)


def strip_credentials(url: str) -> str:
    """Cut a backend's address to what all may see: `postgres://user:password@host/db?…` holds what nobody should."""
    parts = urlsplit(url)
    query = "?metadata=skip" if "metadata=skip" in parts.query.split("&") else ""
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}{query}" if parts.scheme else url


def clean_words(text: str) -> str:
    """Take credentials out of what the engine says: it quotes the backend's address, as it was given."""
    return _PASSWORD.sub("…", _USER.sub("://", text))


def fingerprint_backend(url: str) -> str:
    """Tell one backend from another, for a record that holds no secret: whoever signs in to it."""
    parts = urlsplit(url)
    place = clean_words(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}?{parts.query}")
    return hashlib.sha256(place.encode()).hexdigest()


def _read_project(project: Path) -> str:
    """Read the address that the project file may name; it is everybody's of the project."""
    try:
        text = project.read_text(encoding="utf-8")
    except OSError:
        return ""
    if not re.search(r"^backend:", text, re.MULTILINE):
        return ""  # without a reader of YAML, which costs its import
    import yaml

    try:
        return str(yaml.safe_load(text)["backend"].get("url") or "")
    except (yaml.YAMLError, AttributeError, TypeError, KeyError):
        return ""  # the engine will say what is wrong with it


def _read_login(environment: Mapping[str, str]) -> str:
    """Where `pulumi login` has signed in; empty when nowhere."""
    home = environment.get("PULUMI_HOME") or str(Path(environment.get("HOME", "~")).expanduser() / ".pulumi")
    try:
        return str(json.loads((Path(home) / "credentials.json").read_text(encoding="utf-8")).get("current", ""))
    except (OSError, ValueError):
        return ""

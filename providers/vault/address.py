"""The URLs of vaults: which kind, which place in it, and what is wrong with one."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote

# Text until they are used: compiling them would be felt at import, also by tenants without a vault.
# https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html: Name
_AWS_NAME = r"[A-Za-z0-9/_+=.@-]{1,512}"
_AWS_SUFFIX = r".*-[A-Za-z0-9]{6}"
# https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates: object identifiers
_AZURE_VAULT = r"[A-Za-z](?:-?[A-Za-z0-9]){2,23}"
_AZURE_NAME = r"[A-Za-z0-9-]{1,127}"
# What a path segment in Vault may be made of without being read differently by a proxy, a policy or a glob.
_SEGMENT = r"(?!\.{1,2}$)[A-Za-z0-9_.@=-]+(?: [A-Za-z0-9_.@=-]+)*"
_RECIPIENT = r"age1[0-9a-z]{58}"


def parse_scheme(url: str) -> str:
    """Take `awssm` from `awssm://…`; empty when there is none."""
    scheme, separator, _ = url.partition("://")
    return scheme.lower() if separator and re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*", scheme) else ""


def parse_place(url: str) -> str:
    """Take the place itself, without how it is written to (a file's recipients): what makes two URLs the same."""
    scheme, rest = parse_scheme(url), url.partition("://")[2]
    return f"{scheme}://{rest.partition('?')[0].rstrip('/')}"


def _parse_bare(url: str) -> str:
    """Take what follows the scheme, where nothing may follow the place."""
    rest = url.partition("://")[2]
    if "?" in rest or "#" in rest:
        raise ValueError("must have no ? or # after the place: the connection has settings of its own")
    return rest.rstrip("/")


def parse_vault_url(url: str) -> tuple[str, str]:
    """Split `vault://<mount>/<path>`; a mount with slashes is written with %2F."""
    mount, _, path = _parse_bare(url).partition("/")
    parts = unquote(mount), path
    for part in (*parts[0].split("/"), *path.split("/")):
        if not re.fullmatch(_SEGMENT, part):
            raise ValueError(
                "must be vault://<mount>/<path>, of letters, digits and . _ @ = -, such as vault://secret/umbrella/acme"
            )
    return parts


def parse_aws_url(url: str) -> str:
    """Take the name from `awssm://<name>`."""
    name = _parse_bare(url)
    if not re.fullmatch(_AWS_NAME, name):
        raise ValueError("must be awssm://<name>, of letters, digits and / _ + = . @ -, such as awssm://umbrella/acme")
    if re.fullmatch(_AWS_SUFFIX, name):
        # A partial ARN looks like that, and Secrets Manager then finds the wrong secret.
        raise ValueError("must not end in a hyphen and six letters or digits: Secrets Manager takes that for an ARN")
    return name


def parse_azure_url(url: str) -> tuple[str, str]:
    """Split `azurekv://<vault>/<name>`."""
    vault, _, name = _parse_bare(url).partition("/")
    if not re.fullmatch(_AZURE_VAULT, vault):
        raise ValueError(
            "must be azurekv://<vault>/<name>, where the vault's name has 3 to 24 letters, digits and single hyphens"
        )
    if not re.fullmatch(_AZURE_NAME, name):
        raise ValueError(
            "must name the secret with letters, digits and hyphens only, such as azurekv://msp/umbrella-acme"
        )
    return vault, name


def parse_age_url(url: str) -> tuple[str, list[str]]:
    """Split `age:///<absolute file>?recipient=age1…` into the file and its recipients."""
    rest, _, query = url.partition("://")[2].partition("?")
    path = unquote(rest)
    if not path.startswith("/") or path.endswith("/") or "\0" in path or ".." in path.split("/"):
        raise ValueError("must be age:///<absolute file>?recipient=age1…, with three slashes and no ..")
    try:
        pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query))
    except ValueError:
        pairs = [("", "")]
    recipients = [value for name, value in pairs if name == "recipient"]
    if not recipients or len(recipients) != len(pairs) or len(set(recipients)) != len(recipients):
        raise ValueError(
            "must name one or more recipients after the file, each once, and nothing else: ?recipient=age1…"
        )
    for recipient in recipients:
        if not re.fullmatch(_RECIPIENT, recipient):
            raise ValueError(_explain_recipient(recipient))
    return path, recipients


def _explain_recipient(recipient: str) -> str:
    """Say why nothing is encrypted to this one. Bech32 has the kind of a key before its last 1."""
    kind = recipient.lower().rpartition("1")[0]
    if kind == "age1pq":
        return (
            "names a post-quantum recipient (age1pq1…), and the library used here, pyrage, encrypts to X25519 only: "
            "name one that `age-keygen` makes without -pq"
        )
    if kind in ("age1tag", "age1tagpq"):
        return (
            f"names a recipient of a hardware token ({kind}1…), and whether such a file opens was never tried: name "
            "one that `age-keygen` makes"
        )
    if kind.startswith("age1"):
        return (
            f"names a recipient of the age plug-in {kind[4:]}, and the private key is given to no other "
            "program: name one that `age-keygen` makes"
        )
    if kind == "age-secret-key-":
        return "names an identity, the secret half, which is known to others now: make another, and name its recipient"
    if kind == "age":
        return "names a recipient that is not whole: it must be age1 and 58 letters and digits"
    return "names a recipient that is not the public half of an age key: it must start with age1"

"""In which order a person has the facts, and what can be tried once they are there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from providers.core.configuration import Configuration
from providers.sink import OF_UMBRELLA, read_sink_kind
from stacks.onboarding.catalogue import SettingInfo, list_settings
from stacks.onboarding.connection_tests import ConnectionTests
from stacks.settings import NAMESPACES


@dataclass(frozen=True)
class InterviewStep:
    """Settings that are asked together and tried together; `keys` may depend on the answers so far."""

    title: str
    keys: Callable[[Configuration], tuple[str, ...]]
    test: Callable[[ConnectionTests], str] | None = None


def _always_ask(*keys: str) -> Callable[[Configuration], tuple[str, ...]]:
    return lambda answers: keys


def _ask_for_umbrella(*keys: str, before: tuple[str, ...] = ()) -> Callable[[Configuration], tuple[str, ...]]:
    """Ask, after what is asked `before` in any case, where the key is for an Umbrella console."""
    return lambda answers: (*before, *(keys if _is_for_umbrella(answers) else ()))


def _is_for_umbrella(answers: Configuration) -> bool:
    return read_sink_kind(answers) == "umbrella"


def _ask_with_gateway(namespace: str) -> Callable[[Configuration], tuple[str, ...]]:
    """Ask where a gateway is, only when one is the driver."""
    setting = f"{namespace}:driver"
    asked = (f"{namespace}:gatewayUrl", f"{namespace}:gatewayToken")

    def choose(answers: Configuration) -> tuple[str, ...]:
        if namespace == "umbrella" and not _is_for_umbrella(answers):
            return ()
        return asked if (answers.get(setting) or list_settings()[setting].default) == "gateway" else ()

    return choose


def _ask_for_vault_connection(answers: Configuration) -> tuple[str, ...]:
    """Ask what the chosen kind of vault uses; each may come from its library's own environment variables."""
    url = answers.get("vault:url")
    if not url:
        return ()
    from providers.core.settings import format_key
    from providers.vault.address import parse_scheme
    from providers.vault.kinds import KINDS

    kind = KINDS.get(parse_scheme(url))
    used = {format_key("vault", name) for name in kind.settings} if kind else set()
    return ("vault:url", *(key for key in list_settings() if key in used))


STEPS = (
    InterviewStep(
        "ConnectWise PSA: the site",
        _always_ask("connectwise:site", "connectwise:companyId"),
        ConnectionTests.test_company,
    ),
    InterviewStep(
        "ConnectWise PSA: the provisioning key, which this tool signs in with",
        _always_ask("connectwise:clientId", "connectwise:publicKey", "connectwise:privateKey"),
        ConnectionTests.test_sign_in,
    ),
    InterviewStep("Cisco Umbrella: the console", _ask_for_umbrella("umbrella:console", "umbrella:consoleId")),
    InterviewStep(
        "Who carries out what has no public API",
        _ask_for_umbrella("umbrella:driver", before=("connectwise:driver",)),
    ),
    InterviewStep(
        "The gateway of the ConnectWise console",
        _ask_with_gateway("connectwise"),
        ConnectionTests.test_connectwise_gateway,
    ),
    InterviewStep(
        "The gateway of the Umbrella console", _ask_with_gateway("umbrella"), ConnectionTests.test_umbrella_gateway
    ),
    InterviewStep("A vault for the key (Enter for none)", _always_ask("vault:url")),
    InterviewStep(
        "How the vault is reached (Enter: as its own environment variables say)",
        _ask_for_vault_connection,
        ConnectionTests.test_vault,
    ),
    InterviewStep("Names at the site", _always_ask("roleName", "memberId", "memberName", "memberEmail")),
)


def sort_settings(integration: str = OF_UMBRELLA) -> list[SettingInfo]:
    """List every setting as a file does: a namespace at a time, and in each what is asked first.

    Defaults are those of that integration.
    """
    known = list_settings(integration)
    # With every answer that makes a step ask.
    answers = Configuration({"connectwise:driver": "gateway", "umbrella:driver": "gateway"}, {})
    asked = [key for step in STEPS for key in step.keys(answers)]
    rank = {key: position for position, key in enumerate([*asked, *(key for key in known if key not in asked)])}
    namespaces = list(NAMESPACES)
    return sorted(known.values(), key=lambda setting: (namespaces.index(setting.namespace), rank[setting.key]))

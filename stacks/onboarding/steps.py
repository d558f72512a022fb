"""In which order a person has the facts, and what can be tried once they are there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from providers.core.configuration import Configuration
from stacks.onboarding.catalogue import Setting, catalogue
from stacks.onboarding.trials import Trials
from stacks.settings import NAMESPACES


@dataclass(frozen=True)
class Step:
    """Settings that are asked together and tried together; `keys` may depend on the answers so far."""

    title: str
    keys: Callable[[Configuration], tuple[str, ...]]
    trial: Callable[[Trials], str] | None = None


def _always(*keys: str) -> Callable[[Configuration], tuple[str, ...]]:
    return lambda answers: keys


def _by_gateway(namespace: str) -> Callable[[Configuration], tuple[str, ...]]:
    """Where a gateway is, only when one is the hand."""
    hand = f"{namespace}:hand"
    asked = (f"{namespace}:gatewayUrl", f"{namespace}:gatewayToken")
    return lambda answers: asked if (answers.get(hand) or catalogue()[hand].default) == "gateway" else ()


def _connection_of_the_vault(answers: Configuration) -> tuple[str, ...]:
    """What the chosen kind of vault uses; each may come from its library's own environment variables instead."""
    url = answers.get("vault:url")
    if not url:
        return ()
    from providers.core.settings import key_of
    from providers.vault.address import scheme_of
    from providers.vault.kinds import KINDS

    kind = KINDS.get(scheme_of(url))
    used = {key_of("vault", name) for name in kind.settings} if kind else set()
    return ("vault:url", *(key for key in catalogue() if key in used))


STEPS = (
    Step("ConnectWise PSA: the site", _always("connectwise:site", "connectwise:companyId"), Trials.company),
    Step(
        "ConnectWise PSA: the provisioning key, which this tool signs in with",
        _always("connectwise:clientId", "connectwise:publicKey", "connectwise:privateKey"),
        Trials.sign_in,
    ),
    Step("Cisco Umbrella: the console", _always("umbrella:console", "umbrella:consoleId")),
    Step("Who carries out what has no public API", _always("connectwise:hand", "umbrella:hand")),
    Step("The gateway of the ConnectWise console", _by_gateway("connectwise"), Trials.connectwise_gateway),
    Step("The gateway of the Umbrella console", _by_gateway("umbrella"), Trials.umbrella_gateway),
    Step("A vault for the key (Enter for none)", _always("vault:url")),
    Step(
        "How the vault is reached (Enter: as its own environment variables say)", _connection_of_the_vault, Trials.vault
    ),
    Step("Names at the site", _always("roleName", "memberId", "memberName", "memberEmail")),
)


def in_order() -> list[Setting]:
    """Every setting as a file lists it: a namespace at a time, and in each what is asked first."""
    known = catalogue()
    # With every answer that makes a step ask.
    answers = Configuration({"connectwise:hand": "gateway", "umbrella:hand": "gateway"}, {})
    asked = [key for step in STEPS for key in step.keys(answers)]
    rank = {key: place for place, key in enumerate([*asked, *(key for key in known if key not in asked)])}
    namespaces = list(NAMESPACES)
    return sorted(known.values(), key=lambda one: (namespaces.index(one.namespace), rank[one.key]))

"""Sinks that a person sits at, or that nobody can look into. A person's word is all there is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable

from pydantic import SecretStr

from providers.console import sink_orders, work_orders
from providers.console.contract import PsaIntegration
from providers.console.drivers import Destination
from providers.core.errors import NotObservable, WorkOrder

NONE = "none"


class WordOfMouth(ABC):
    """`SinkDriver` and `Readiness` of a sink of which only people know what it holds."""

    def __init__(self, name: str, setting: str, applied_key: str) -> None:
        """Call the sink `name`. `applied_key`: which key it holds, as a person said in `setting`."""
        self.name = name
        self._setting = setting
        self._applied = applied_key

    def refuse_unless_ready(self) -> None:  # noqa: B027 - nothing to do is what it does
        """Refuse nothing: a person is always ready."""

    def list_prefetches(self) -> tuple[Callable[[], object], ...]:
        """List nothing: nobody is asked anything in advance."""
        return ()

    def get_integration(self) -> PsaIntegration:
        """Say that nobody can look, but for `none`: then a person said that it is removed."""
        if self._applied == NONE:
            return PsaIntegration(kind=None, enabled=False)
        said = f"by your word ({self._setting}) it holds {self._applied}"
        nothing = f"by the settings that were read, nobody has said ({self._setting})"
        raise NotObservable(
            f"What {self.name} holds can't be seen{self._hint()}; {said if self._applied else nothing}",
            setting=self._setting,
        )

    def holds(self, public_key: str, *, refresh: bool = False) -> bool:
        """Take the person's word for exactly this key."""
        if not self._applied:
            raise NotObservable(
                f"whether {self.name} holds the key {public_key} can't be seen{self._hint()}, so nothing is revoked",
                next_step=f"set {self._setting} to the public key that it holds, or to none",
                setting=self._setting,
            )
        return self._applied == public_key

    def get_public_key(self) -> str:
        """Return the key that a person said is entered; empty for none."""
        return "" if self._applied == NONE else self._applied

    def write(
        self, public_key: str, private_key: SecretStr, over: str | None = None, to: Destination | None = None
    ) -> PsaIntegration:
        """Order that the pair is put to use, unless a person said that it is."""
        if self._applied != public_key and (order := self.order_entry(public_key, over, to)):
            raise order
        return PsaIntegration(kind="ConnectWise", enabled=True, publicKey=public_key, privateKeySet=True)

    def clear(self, to: Destination | None = None) -> None:
        """Order that nothing uses the key any more, unless a person said that nothing does."""
        if self._applied != NONE:
            raise self.order_removal(to)

    def _explain_open(self) -> str:
        return f"{self._setting} names {self._applied}, not this key." if self._applied else ""

    def _hint(self) -> str:
        return ""

    @abstractmethod
    def order_entry(self, public_key: str, over: str | None, to: Destination | None) -> WorkOrder | None:
        """Make the order for a key that takes the place of `over`; None where there is nothing to do."""

    @abstractmethod
    def order_removal(self, to: Destination | None) -> WorkOrder:
        """Make the order that comes before a key goes."""


class ManualUmbrella(WordOfMouth):
    """An Umbrella console that a person sits at."""

    def __init__(self, console: str, applied_key: str, escrowed_at: str) -> None:
        """`applied_key`: umbrella:appliedKey; `escrowed_at`: where the vault keeps the private half, if it does."""
        super().__init__(f"the Umbrella console {console}", "umbrella:appliedKey", applied_key)
        self._console = console
        self._escrowed_at = escrowed_at

    def _hint(self) -> str:
        return " without a gateway"

    def order_entry(self, public_key: str, over: str | None, to: Destination | None) -> WorkOrder:
        return work_orders.order_key_entry(self._console, public_key, self._escrowed_at, self._explain_open())

    def order_removal(self, to: Destination | None) -> WorkOrder:
        return work_orders.order_integration_removal(self._console)


class EnteredElsewhere(WordOfMouth):
    """Another product, into which a person enters the pair."""

    def __init__(self, name: str, applied_key: str, site: sink_orders.SiteAddress, escrowed_at: str) -> None:
        """`site`: what the product is told beside the pair."""
        super().__init__(name, sink_orders.SETTING, applied_key)
        self._site = site
        self._escrowed_at = escrowed_at

    def order_entry(self, public_key: str, over: str | None, to: Destination | None) -> WorkOrder:
        place = to or Destination(self.name)
        return sink_orders.order_entry_elsewhere(place, self._site, public_key, self._escrowed_at, self._explain_open())

    def order_removal(self, to: Destination | None) -> WorkOrder:
        return sink_orders.order_removal_elsewhere(to or Destination(self.name))


class UnseenSink:
    """`ChecksSink` where nobody can look: an order to a person says to look first."""

    def refuse_unless_ready(self) -> None:
        """Refuse nothing: a person is always ready."""

    def refuse_somebodys(self, is_ours: Callable[[str], bool]) -> None:
        """Refuse nothing."""


class VaultAlone(WordOfMouth):
    """Nobody is told of the pair: whatever uses it takes it from the vault, and when is not known here."""

    def __init__(self, name: str, applied_key: str, escrowed_at: str) -> None:
        super().__init__(name, sink_orders.SETTING, applied_key)
        self._escrowed_at = escrowed_at

    def order_entry(self, public_key: str, over: str | None, to: Destination | None) -> WorkOrder | None:
        if over in (None, "", public_key):
            return None  # nobody can depend on an earlier one
        place = to or Destination(self.name)
        return sink_orders.order_take_up(place, public_key, over, self._escrowed_at, self._explain_open())

    def order_removal(self, to: Destination | None) -> WorkOrder:
        return sink_orders.order_end_of_use(to or Destination(self.name), self._escrowed_at)


def open_word_of_mouth(
    kind: str, console: str, applied_key: str, site: sink_orders.SiteAddress, escrowed_at: str
) -> WordOfMouth:
    """Open the sink of this kind that only people know of: `umbrella`, `manual` or `none` (providers/sink.py)."""
    if kind == "umbrella":
        return ManualUmbrella(console, applied_key, escrowed_at)
    if kind == "none":
        return VaultAlone(console, applied_key, escrowed_at)
    return EnteredElsewhere(console, applied_key, site, escrowed_at)

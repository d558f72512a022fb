"""The public Umbrella API, for one question: do these credentials belong to a provider console?

There is no API for the PSA integration itself. The token's and the report's shapes are from Cisco's OpenAPI.
"""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError

from providers.core.errors import PermissionDenied, ProviderError, RemoteError, Unauthenticated
from providers.http.errors import TransportError
from providers.http.message import Request, Response
from providers.http.redact import Redactor
from providers.http.transport import Transport

A = TypeVar("A", bound=BaseModel)


class _Token(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)
    access_token: SecretStr


class _Console(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)
    customerCount: int


class UmbrellaApi:
    """Signed in with an API key of the console."""

    def __init__(self, transport: Transport, redactor: Redactor, authorization: str) -> None:
        """Sign in later, with `authorization`: the Basic header of the API key and its secret."""
        self._transport = transport
        self._redactor = redactor
        self._authorization = authorization

    def refuse_unless_provider(self) -> None:
        """Raise unless the key is a provider console's, by the cheapest call that only such a key may make.

        Which console that is, no documented answer of this API says (docs/coverage.md).

        Raises:
            ProviderError: The key was refused (401), is no provider's (403), or nothing usable came.
        """
        form = {"grant_type": "client_credentials"}
        token = self._ask(
            _Token,
            Request(
                "POST", "/auth/v2/token", form=form, headers={"Authorization": self._authorization}, repeatable=True
            ),
        )
        bearer = token.access_token.get_secret_value()
        self._redactor.add(bearer)
        self._ask(
            _Console, Request("GET", "/reports/v2/providers/consoles", headers={"Authorization": f"Bearer {bearer}"})
        )

    def _ask(self, answer: type[A], request: Request) -> A:
        try:
            response = self._transport.send(request)
            if response.status != 200:
                raise self._refused(response)
            return answer.model_validate(response.json())
        except TransportError as error:
            raise RemoteError.of(error, detail="Check umbrella:apiUrl.", setting="umbrella:apiUrl") from None
        except ValidationError:
            raise RemoteError(
                "the Umbrella API answered in an unexpected shape",
                next_step="check umbrella:apiUrl",
                setting="umbrella:apiUrl",
            ) from None

    @staticmethod
    def _refused(response: Response) -> ProviderError:
        status, setting = response.status, "umbrella:apiKey"
        if status == 401:
            what = "the Umbrella API refused umbrella:apiKey and umbrella:apiSecret (401)"
            return Unauthenticated(what, setting=setting, status=status)
        if status == 403:
            what = "the Umbrella API key is not a provider console's, or lacks the scope reports.customers:read (403)"
            return PermissionDenied(what, next_step="check umbrella:apiKey", setting=setting, status=status)
        return RemoteError(f"the Umbrella API answered HTTP {status}:", detail=response.text, status=status)

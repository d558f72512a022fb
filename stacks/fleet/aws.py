"""Clients of AWS from the addresses that the engine takes, `s3://…?region=…` and `awskms://…?region=…`.

What is not in the address comes from where the AWS command has it: environment, profile, the machine's role.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from providers.core.errors import ProviderError
from providers.http.text import clean_text
from providers.http.trust import get_ca_bundle
from stacks.fleet.backends import Unreachable, UnreadableHere

T = TypeVar("T")

# The engine's own, in the spelling of today and that of older addresses (gocloud.dev/aws, its translateLegacyS3Params).
PLACE = frozenset({"region", "endpoint", "profile", "awssdk", "disableSSL", "disable_https"})
_CONNECT_SECONDS, _READ_SECONDS, _ATTEMPTS = 5, 30, 3
_AT_ONCE = 32  # connections kept: no run has more threads


def connect(service: str, parameters: Mapping[str, str], **options: Any) -> Any:
    """Make a client, for any thread. `options`: botocore's.

    Raises:
        UnreadableHere: boto3 is not here.
        ProviderError: No region, no such profile.
    """
    try:
        import boto3  # type: ignore[import-untyped]
        from botocore.config import Config  # type: ignore[import-untyped]
        from botocore.exceptions import BotoCoreError  # type: ignore[import-untyped]
    except ImportError:
        raise UnreadableHere("boto3 is not installed: the extra `aws`") from None
    # Whatever the root logger is set to: at DEBUG botocore writes whole answers.
    logging.getLogger("botocore").setLevel(logging.INFO)
    settings = Config(
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=_READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": _ATTEMPTS},
        max_pool_connections=_AT_ONCE,
        **options,
    )
    try:
        session = boto3.session.Session(
            profile_name=parameters.get("profile"),
            # The engine's library reads AWS_REGION first; boto3 does not know it.
            region_name=parameters.get("region") or os.environ.get("AWS_REGION") or None,
        )
        return session.client(
            service,
            endpoint_url=_find_endpoint(parameters),
            config=settings,
            verify=None if "AWS_CA_BUNDLE" in os.environ else get_ca_bundle(),
        )
    except (BotoCoreError, ValueError) as error:
        raise ProviderError(
            f"AWS could not be asked ({type(error).__name__})",
            next_step="set region, profile and endpoint in the address, or as for the AWS command",
        ) from None


def ask(failure: str, call: Callable[[], T], missing: tuple[str, ...] = ()) -> T | None:
    """Make a call; None for an error of a code that means that there is nothing.

    Only codes are read from AWS's errors, whose texts repeat what was sent.

    Raises:
        Unreachable: Nobody answers.
        ProviderError: `failure`, with the reason.
    """
    from botocore import exceptions as boto  # type: ignore[import-untyped]

    try:
        return call()
    except boto.ClientError as error:
        code = clean_text(error.response.get("Error", {}).get("Code"))
        if code in missing:
            return None
        raise ProviderError(
            f"{failure} ({code})", next_step="check the credentials, their rights and the region"
        ) from None
    except boto.BotoCoreError as error:
        silent = isinstance(error, boto.ConnectionError | boto.ConnectTimeoutError)
        raise (Unreachable if silent else ProviderError)(
            f"{failure} ({type(error).__name__})", next_step="check the address, the network and the credentials"
        ) from None


def _find_endpoint(parameters: Mapping[str, str]) -> str | None:
    endpoint = parameters.get("endpoint")
    if not endpoint or "://" in endpoint:
        return endpoint or None
    plain = parameters.get("disableSSL", parameters.get("disable_https", "")).lower() in ("true", "1", "t")
    return f"{'http' if plain else 'https'}://{endpoint}"

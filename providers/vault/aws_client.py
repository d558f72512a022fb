"""boto3, within deadlines and with few repetitions, and its exceptions as problems that say what to do.

Only codes are read from them: botocore repeats parameters in its messages, and the private key is one.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from typing import Any

import boto3  # type: ignore[import-untyped]
from botocore import exceptions as boto  # type: ignore[import-untyped]
from botocore.config import Config  # type: ignore[import-untyped]

from providers.core.errors import (
    Conflict,
    NotFound,
    OutcomeUnknown,
    PermissionDenied,
    RemoteError,
    SettingError,
    Unauthenticated,
)
from providers.core.settings import validate_url
from providers.http.text import clean_text
from providers.http.trust import get_ca_bundle
from providers.vault.connection import VaultSettings
from providers.vault.contract import Throttled
from providers.vault.retrying import DEADLINES, POLICY


class AwaitsDeletion(RemoteError):
    """The secret is there, and on its way out."""


_SIGNED_OUT = (
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignature",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
    "RequestExpired",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
)
_THROTTLED = ("TooManyRequestsException", "RequestLimitExceeded", "LimitExceededException")
_NO_CREDENTIALS = (
    boto.NoCredentialsError,
    boto.PartialCredentialsError,
    boto.CredentialRetrievalError,
    boto.ProfileNotFound,
    boto.SSOError,
    boto.TokenRetrievalError,
    boto.UnauthorizedSSOTokenError,
)
_UNSENT = (boto.EndpointConnectionError, boto.ConnectTimeoutError, boto.ProxyConnectionError, boto.SSLError)


_CONFIG = Config(
    connect_timeout=DEADLINES.connect,
    read_timeout=DEADLINES.read,
    retries={"mode": "standard", "total_max_attempts": POLICY.attempts},
)


def connect(settings: VaultSettings) -> Any:
    """Make a client of Secrets Manager; credentials, region and proxies are found as the AWS command finds them.

    Raises:
        SettingError: No region, or an endpoint that is not https.
        Unauthenticated: No credentials.
    """
    # Whatever the root logger is set to: at DEBUG botocore writes whole requests, and the private key is in one.
    logging.getLogger("botocore").setLevel(logging.INFO)
    try:
        client = boto3.session.Session(region_name=settings.region).client(
            "secretsmanager", endpoint_url=settings.endpoint, config=_CONFIG, verify=_get_ca_bundle()
        )
    except boto.NoRegionError:
        raise SettingError(
            "vault:region", "is required, or AWS_DEFAULT_REGION in the environment: the region of the secret"
        ) from None
    except _NO_CREDENTIALS as error:
        raise _make_credentials_error(error) from None
    try:
        validate_url(client.meta.endpoint_url)
    except ValueError as wrong:
        raise SettingError("vault:endpoint", f"{wrong} (it may come from AWS_ENDPOINT_URL)") from None
    return client


def get_account(settings: VaultSettings, place: str) -> str:
    """Ask STS whose credentials these are; it answers everybody, and is asked only when a secret of ours is missing."""
    client = boto3.session.Session(region_name=settings.region).client("sts", config=_CONFIG, verify=_get_ca_bundle())
    return str(call_aws(place, "GetCallerIdentity", client.get_caller_identity)["Account"])


def _get_ca_bundle() -> str | None:
    """Leave it to boto3, which has a variable and a setting of its own, but for what it does not know."""
    return None if "AWS_CA_BUNDLE" in os.environ else get_ca_bundle()


def call_aws(place: str, action: str, call: Callable[[], Any]) -> dict[str, Any]:
    """Make one call and word what goes wrong. `action` is spelled as in a policy: `secretsmanager:<action>`."""
    try:
        answer: dict[str, Any] = call()
    except boto.ClientError as error:
        raise _make_error(error, place, action) from None
    except _NO_CREDENTIALS as error:
        raise _make_credentials_error(error) from None
    except _UNSENT as error:
        raise OutcomeUnknown(
            f"AWS Secrets Manager could not be reached for {place} ({type(error).__name__})",
            next_step="check vault:region, vault:endpoint and the network",
            setting="vault:region",
            sent=False,
        ) from None
    except boto.ParamValidationError:
        raise RemoteError(f"{action} of {place} was not sent: the name or a tag is not one that AWS takes") from None
    except boto.BotoCoreError as error:
        raise OutcomeUnknown(
            f"AWS Secrets Manager gave no usable answer to {action} of {place} ({type(error).__name__})",
            next_step="run again",
            sent=True,
        ) from None
    return answer


def _make_credentials_error(error: Exception) -> Unauthenticated:
    return Unauthenticated(
        f"AWS credentials could not be had ({type(error).__name__})",
        next_step="set them as for the AWS command: AWS_PROFILE, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the "
        "machine's role",
    )


def _make_error(error: Any, place: str, action: str) -> RemoteError:
    told = error.response.get("Error", {})
    code, words = clean_text(told.get("Code")), str(told.get("Message", ""))
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") or 0)
    kind: type[RemoteError] = RemoteError
    step = setting = page = ""
    if code == "ResourceNotFoundException":
        kind, status, summary = NotFound, 404, f"AWS Secrets Manager has no {place} in this region"
    elif code == "ResourceExistsException" or (
        code == "InvalidParameterException" and action == "UpdateSecretVersionStage"
    ):
        kind, status, summary = Conflict, 409, f"{action}: the vault secret {place} is not as this run saw it"
    elif code == "InvalidRequestException" and "delet" in words:
        kind, summary = AwaitsDeletion, f"the vault secret {place} waits for its deletion"
    elif code.startswith("AccessDenied") or (status == 403 and code not in _SIGNED_OUT):
        kind, status, summary = PermissionDenied, 403, f"AWS refused {action} of {place}"
        step = f"allow secretsmanager:{action}, and the use of its KMS key (docs/vaults/aws.md)"
        page = "docs/vaults/aws.md"
    elif code in _SIGNED_OUT:
        kind, status, step = Unauthenticated, 403, "sign in again and run again"
        summary = f"AWS refused the credentials ({code}): they have expired or are wrong"
    elif "Throttling" in code or code in _THROTTLED:
        return Throttled(f"AWS asks for patience with {place} ({code})", next_step="wait and run again", status=429)
    elif "cryption" in code or code.startswith("KMS"):
        summary, setting = f"AWS could not use the KMS key of {place} ({code})", "vault:kmsKey"
        step = "check vault:kmsKey and the key's policy"
    elif status >= 500:
        return OutcomeUnknown(
            f"AWS Secrets Manager failed at {action} of {place} (HTTP {status})", next_step="run again", sent=True
        )
    else:
        summary = f"AWS refused {action} of {place} ({code}, HTTP {status})"
    return kind(summary, next_step=step, setting=setting, page=page, status=status)

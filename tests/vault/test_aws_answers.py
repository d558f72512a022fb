"""AWS Secrets Manager: answers that don't come, refusals, and what moto lets pass but the service does not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from providers.core.errors import OutcomeUnknown, PermissionDenied, RemoteError, SettingError, Unauthenticated
from providers.vault.aws_client import call_aws
from providers.vault.contract import NOT_ASKED
from tests.vault.locations import AwsPlace
from tests.vault.run import Run, get_fields, make_args, make_escrow
from tests.vault.server import find_free_port

Make = Callable[..., AwsPlace]


@pytest.mark.parametrize("action", ["CreateSecret", "PutSecretValue", "UpdateSecretVersionStage"])
@pytest.mark.parametrize("arrives", [True, False])
def test_a_lost_answer_makes_no_second_version(aws_place: Make, action: str, arrives: bool) -> None:
    place = aws_place()
    state = None if action == "CreateSecret" else Run(place.settings).up(None, make_args(place.settings, 1))
    place.proxy.break_next(action, arrives=arrives)
    args = make_args(place.settings, 2)
    after = Run(place.settings).up(state, args)
    assert place.list_values()[-1] == get_fields(args)
    assert len(place.list_values()) == (1 if state is None else 2)
    assert Run(place.settings).preview(after, args) == []


def make_refusal(code: str, message: str = "") -> dict[str, str]:
    return {"__type": code, "message": message}


@pytest.mark.parametrize(
    ("status", "code", "kind", "words"),
    [
        (400, "ThrottlingException", RemoteError, "AWS asks for patience with"),
        (400, "ExpiredTokenException", Unauthenticated, "they have expired or are wrong; sign in again"),
        (400, "UnrecognizedClientException", Unauthenticated, "they have expired or are wrong"),
        (400, "AccessDeniedException", PermissionDenied, "allow secretsmanager:DescribeSecret"),
        (400, "DecryptionFailure", RemoteError, "check vault:kmsKey and the key's policy"),
        (500, "InternalServiceError", OutcomeUnknown, "failed at DescribeSecret"),
        (
            400,
            "InvalidParameterException",
            RemoteError,
            r"AWS refused DescribeSecret of .* \(InvalidParameterException",
        ),
    ],
)
def test_each_refusal_has_its_sentence(
    aws_place: Make, status: int, code: str, kind: type[RemoteError], words: str
) -> None:
    place = aws_place()
    args = make_args(place.settings)
    state = Run(place.settings).up(None, args)
    place.proxy.break_next("DescribeSecret", status, body=make_refusal(code), times=9)
    with pytest.raises(kind, match=words):
        Run(place.settings).preview(state, args)
    place.proxy.breaks.clear()
    assert Run(place.settings).preview(state, args) == []


def test_a_secret_that_waits_for_its_deletion_is_restored_by_the_write(aws_place: Make) -> None:
    """moto takes values for such a secret; the service does not, and says so in these words."""
    waits = make_refusal("InvalidRequestException", "You can't perform this operation: it was marked for deletion.")
    taken = make_refusal("InvalidRequestException", "a secret with this name is already scheduled for deletion.")
    place = aws_place()
    first = make_args(place.settings, 1)
    place.client.create_secret(Name=place.secret)
    place.soft_delete()
    vault = Run(place.settings).vaults.open(place.url)
    seen = vault.describe()
    assert seen and (seen.version, seen.condition) == ("", "soft-deleted")
    place.proxy.break_next("CreateSecret", 400, body=taken)
    place.proxy.break_next("PutSecretValue", 400, body=waits)
    version = vault.put(make_escrow(first), "")
    assert place.list_values() == [get_fields(first)]
    place.soft_delete()
    place.proxy.break_next("PutSecretValue", 400, body=waits)
    vault.put(make_escrow(make_args(place.settings, 2)), version)
    assert place.list_values()[-1] == get_fields(make_args(place.settings, 2))


def test_a_check_restores_what_waits_for_its_deletion(aws_place: Make) -> None:
    waits = make_refusal("InvalidRequestException", "You can't perform this operation: it was marked for deletion.")
    odd = make_refusal("InvalidRequestException", "It is managed by a service.")
    place = aws_place()
    args = make_args(place.settings)
    state = Run(place.settings).up(None, args)
    for action, seen in (("TagResource", NOT_ASKED), ("PutSecretValue", None)):
        place.soft_delete()
        vault = Run(place.settings).vaults.open(place.url)
        place.proxy.break_next(action, 400, body=odd)
        with pytest.raises(RemoteError, match=f"AWS refused {action}"):
            vault.check_access(seen)
        place.proxy.break_next(action, 400, body=waits)
        vault.check_access(seen)
        assert Run(place.settings).preview(state, args) == []


def test_other_invalid_requests_are_told(aws_place: Make) -> None:
    place = aws_place()
    vault = Run(place.settings).vaults.open(place.url)
    for action, expected in (("CreateSecret", ""), ("PutSecretValue", "some version")):
        place.proxy.break_next(action, 400, body=make_refusal("InvalidRequestException", "It is managed by a service."))
        with pytest.raises(RemoteError, match=f"AWS refused {action} of .* .InvalidRequestException"):
            vault.put(make_escrow(make_args(place.settings)), expected)


def test_reading_a_value_may_fail_as_well(aws_place: Make) -> None:
    place = aws_place()
    place.client.create_secret(Name=place.secret, SecretString="strange")
    place.proxy.break_next("GetSecretValue", 400, body=make_refusal("DecryptionFailure"))
    with pytest.raises(RemoteError, match="could not use the KMS key"):
        Run(place.settings).vaults.open(place.url).describe()


def test_a_connection_that_always_breaks_is_given_up(aws_place: Make) -> None:
    place = aws_place()
    place.proxy.break_next("DescribeSecret", times=9)
    with pytest.raises(
        OutcomeUnknown, match=r"gave no usable answer to DescribeSecret of .* \(ConnectionClosedError\)"
    ) as caught:
        Run(place.settings).vaults.open(place.url).describe()
    assert caught.value.sent
    assert len(place.list_requests()) == 3


def test_throttling_that_passes_is_waited_for(aws_place: Make) -> None:
    place = aws_place()
    place.proxy.break_next("DescribeSecret", 400, body=make_refusal("ThrottlingException"), times=2)
    assert Run(place.settings).vaults.open(place.url).describe() is None
    assert place.list_requests() == ["DescribeSecret"] * 3


def test_a_service_that_is_not_there(aws_place: Make) -> None:
    place = aws_place()
    settings = place.settings.model_copy(update={"endpoint": f"http://127.0.0.1:{find_free_port()}"})
    with pytest.raises(OutcomeUnknown, match="could not be reached for") as caught:
        Run(settings).vaults.open(place.url).describe()
    assert not caught.value.sent


def test_no_region_and_no_credentials(aws_place: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    place = aws_place()
    settings = place.settings.model_copy(update={"region": None})
    with pytest.raises(SettingError, match="vault:region: is required, or AWS_DEFAULT_REGION"):
        Run(settings).vaults.open(place.url)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(Unauthenticated, match=r"AWS credentials could not be had \(NoCredentialsError\)"):
        Run(settings).vaults.open(place.url).describe()
    monkeypatch.setenv("AWS_PROFILE", "of nobody")
    with pytest.raises(Unauthenticated, match=r"\(ProfileNotFound\)"):
        Run(settings).vaults.open(place.url)


def test_plain_http_from_the_environment_is_refused(aws_place: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    place = aws_place()
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://secrets.example.net")
    settings = place.settings.model_copy(update={"endpoint": None})
    with pytest.raises(SettingError, match=r"vault:endpoint: must be https.*AWS_ENDPOINT_URL"):
        Run(settings).vaults.open(place.url)


def test_a_parameter_that_boto3_refuses_is_told_without_its_value(aws_place: Make) -> None:
    place = aws_place()
    with pytest.raises(RemoteError, match="PutSecretValue of it was not sent") as caught:
        call_aws(
            "it", "PutSecretValue", lambda: place.client.put_secret_value(SecretId=["a"], SecretString="PrivateHalf")
        )
    assert "PrivateHalf" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_a_secret_that_vanishes_during_the_check_is_told(aws_place: Make) -> None:
    place = aws_place()
    Run(place.settings).up(None, make_args(place.settings))
    vault = Run(place.settings).vaults.open(place.url)
    seen = vault.describe()
    place.delete()
    place.client.create_secret(Name=place.secret)
    with pytest.raises(RemoteError, match="changed while its write access was checked"):
        vault.check_access(seen)
    place.delete()
    vault = Run(place.settings).vaults.open(place.url)
    assert vault.describe() is None
    place.client.create_secret(Name=place.secret)
    with pytest.raises(RemoteError, match="changed while its write access was checked"):
        vault.check_access(None)
    vault.delete_version("whatever")
    place.delete()
    vault.delete_version("whatever")


def test_a_first_write_that_comes_second_is_refused(aws_place: Make) -> None:
    place = aws_place()
    vault = Run(place.settings).vaults.open(place.url)
    place.client.create_secret(Name=place.secret, SecretString="somebody was faster")
    with pytest.raises(RemoteError, match="has a value already"):
        vault.put(make_escrow(make_args(place.settings)), "")
    current = place.client.get_secret_value(SecretId=place.secret, VersionStage="AWSCURRENT")
    assert current["SecretString"] == "somebody was faster"

"""AWS Secrets Manager: answers that don't come, refusals, and what moto lets pass but the service does not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from providers.core.problems import BadSetting, LostAnswer, NotPermitted, NotSignedIn, RemoteProblem
from providers.vault.aws_client import speak
from providers.vault.contract import NOT_ASKED
from tests.vault.places import AwsPlace
from tests.vault.run import Run, args_for, escrow_of, fields_of
from tests.vault.server import free_port

Make = Callable[..., AwsPlace]


@pytest.mark.parametrize("action", ["CreateSecret", "PutSecretValue", "UpdateSecretVersionStage"])
@pytest.mark.parametrize("arrives", [True, False])
def test_a_lost_answer_makes_no_second_version(aws_place: Make, action: str, arrives: bool) -> None:
    place = aws_place()
    state = None if action == "CreateSecret" else Run(place.settings).up(None, args_for(place.settings, 1))
    place.proxy.breaks_next(action, arrives=arrives)
    args = args_for(place.settings, 2)
    after = Run(place.settings).up(state, args)
    assert place.values()[-1] == fields_of(args)
    assert len(place.values()) == (1 if state is None else 2)
    assert Run(place.settings).preview(after, args) == []


def refusal(code: str, message: str = "") -> dict[str, str]:
    return {"__type": code, "message": message}


@pytest.mark.parametrize(
    ("status", "code", "kind", "words"),
    [
        (400, "ThrottlingException", RemoteProblem, "AWS asks for patience with"),
        (400, "ExpiredTokenException", NotSignedIn, "they have expired or are wrong; sign in anew"),
        (400, "UnrecognizedClientException", NotSignedIn, "they have expired or are wrong"),
        (400, "AccessDeniedException", NotPermitted, "allow secretsmanager:DescribeSecret"),
        (400, "DecryptionFailure", RemoteProblem, "check vault:kmsKey and the key's policy"),
        (500, "InternalServiceError", LostAnswer, "failed at DescribeSecret"),
        (
            400,
            "InvalidParameterException",
            RemoteProblem,
            r"AWS refused DescribeSecret of .* \(InvalidParameterException",
        ),
    ],
)
def test_each_refusal_has_its_sentence(
    aws_place: Make, status: int, code: str, kind: type[RemoteProblem], words: str
) -> None:
    place = aws_place()
    args = args_for(place.settings)
    state = Run(place.settings).up(None, args)
    place.proxy.breaks_next("DescribeSecret", status, body=refusal(code), times=9)
    with pytest.raises(kind, match=words):
        Run(place.settings).preview(state, args)
    place.proxy.breaks.clear()
    assert Run(place.settings).preview(state, args) == []


def test_a_secret_that_waits_for_its_deletion_is_restored_by_the_write(aws_place: Make) -> None:
    """moto takes values for such a secret; the service does not, and says so in these words."""
    waits = refusal("InvalidRequestException", "You can't perform this operation: it was marked for deletion.")
    taken = refusal("InvalidRequestException", "a secret with this name is already scheduled for deletion.")
    place = aws_place()
    first = args_for(place.settings, 1)
    place.client.create_secret(Name=place.secret)
    place.soft_delete()
    vault = Run(place.settings).vaults.open(place.url)
    seen = vault.look()
    assert seen and (seen.version, seen.condition) == ("", "soft-deleted")
    place.proxy.breaks_next("CreateSecret", 400, body=taken)
    place.proxy.breaks_next("PutSecretValue", 400, body=waits)
    version = vault.put(escrow_of(first), "")
    assert place.values() == [fields_of(first)]
    place.soft_delete()
    place.proxy.breaks_next("PutSecretValue", 400, body=waits)
    vault.put(escrow_of(args_for(place.settings, 2)), version)
    assert place.values()[-1] == fields_of(args_for(place.settings, 2))


def test_a_check_restores_what_waits_for_its_deletion(aws_place: Make) -> None:
    waits = refusal("InvalidRequestException", "You can't perform this operation: it was marked for deletion.")
    odd = refusal("InvalidRequestException", "It is managed by a service.")
    place = aws_place()
    args = args_for(place.settings)
    state = Run(place.settings).up(None, args)
    for action, seen in (("TagResource", NOT_ASKED), ("PutSecretValue", None)):
        place.soft_delete()
        vault = Run(place.settings).vaults.open(place.url)
        place.proxy.breaks_next(action, 400, body=odd)
        with pytest.raises(RemoteProblem, match=f"AWS refused {action}"):
            vault.check_access(seen)
        place.proxy.breaks_next(action, 400, body=waits)
        vault.check_access(seen)
        assert Run(place.settings).preview(state, args) == []


def test_other_invalid_requests_are_told(aws_place: Make) -> None:
    place = aws_place()
    vault = Run(place.settings).vaults.open(place.url)
    for action, expected in (("CreateSecret", ""), ("PutSecretValue", "some version")):
        place.proxy.breaks_next(action, 400, body=refusal("InvalidRequestException", "It is managed by a service."))
        with pytest.raises(RemoteProblem, match=f"AWS refused {action} of .* .InvalidRequestException"):
            vault.put(escrow_of(args_for(place.settings)), expected)


def test_reading_a_value_may_fail_as_well(aws_place: Make) -> None:
    place = aws_place()
    place.client.create_secret(Name=place.secret, SecretString="strange")
    place.proxy.breaks_next("GetSecretValue", 400, body=refusal("DecryptionFailure"))
    with pytest.raises(RemoteProblem, match="could not use the KMS key"):
        Run(place.settings).vaults.open(place.url).look()


def test_a_connection_that_always_breaks_is_given_up(aws_place: Make) -> None:
    place = aws_place()
    place.proxy.breaks_next("DescribeSecret", times=9)
    with pytest.raises(
        LostAnswer, match=r"gave no usable answer to DescribeSecret of .* \(ConnectionClosedError\)"
    ) as caught:
        Run(place.settings).vaults.open(place.url).look()
    assert caught.value.sent
    assert len(place.asked()) == 3


def test_throttling_that_passes_is_waited_for(aws_place: Make) -> None:
    place = aws_place()
    place.proxy.breaks_next("DescribeSecret", 400, body=refusal("ThrottlingException"), times=2)
    assert Run(place.settings).vaults.open(place.url).look() is None
    assert place.asked() == ["DescribeSecret"] * 3


def test_a_service_that_is_not_there(aws_place: Make) -> None:
    place = aws_place()
    settings = place.settings.model_copy(update={"endpoint": f"http://127.0.0.1:{free_port()}"})
    with pytest.raises(LostAnswer, match="could not be reached for") as caught:
        Run(settings).vaults.open(place.url).look()
    assert not caught.value.sent


def test_no_region_and_no_credentials(aws_place: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    place = aws_place()
    settings = place.settings.model_copy(update={"region": None})
    with pytest.raises(BadSetting, match="vault:region: is required, or AWS_DEFAULT_REGION"):
        Run(settings).vaults.open(place.url)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(NotSignedIn, match=r"AWS credentials could not be had \(NoCredentialsError\)"):
        Run(settings).vaults.open(place.url).look()
    monkeypatch.setenv("AWS_PROFILE", "of nobody")
    with pytest.raises(NotSignedIn, match=r"\(ProfileNotFound\)"):
        Run(settings).vaults.open(place.url)


def test_plain_http_from_the_environment_is_refused(aws_place: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    place = aws_place()
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://secrets.example.net")
    settings = place.settings.model_copy(update={"endpoint": None})
    with pytest.raises(BadSetting, match=r"vault:endpoint: must be https.*AWS_ENDPOINT_URL"):
        Run(settings).vaults.open(place.url)


def test_a_parameter_that_boto3_refuses_is_told_without_its_value(aws_place: Make) -> None:
    place = aws_place()
    with pytest.raises(RemoteProblem, match="PutSecretValue of it was not sent") as caught:
        speak("it", "PutSecretValue", lambda: place.client.put_secret_value(SecretId=["a"], SecretString="PrivateHalf"))
    assert "PrivateHalf" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_a_secret_that_vanishes_during_the_check_is_told(aws_place: Make) -> None:
    place = aws_place()
    Run(place.settings).up(None, args_for(place.settings))
    vault = Run(place.settings).vaults.open(place.url)
    seen = vault.look()
    place.delete()
    place.client.create_secret(Name=place.secret)
    with pytest.raises(RemoteProblem, match="changed while its write access was checked"):
        vault.check_access(seen)
    place.delete()
    vault = Run(place.settings).vaults.open(place.url)
    assert vault.look() is None
    place.client.create_secret(Name=place.secret)
    with pytest.raises(RemoteProblem, match="changed while its write access was checked"):
        vault.check_access(None)
    vault.retire("whatever")
    place.delete()
    vault.retire("whatever")


def test_a_first_write_that_comes_second_is_refused(aws_place: Make) -> None:
    place = aws_place()
    vault = Run(place.settings).vaults.open(place.url)
    place.client.create_secret(Name=place.secret, SecretString="somebody was faster")
    with pytest.raises(RemoteProblem, match="has a value already"):
        vault.put(escrow_of(args_for(place.settings)), "")
    current = place.client.get_secret_value(SecretId=place.secret, VersionStage="AWSCURRENT")
    assert current["SecretString"] == "somebody was faster"

"""AWS Secrets Manager: real boto3 over HTTP, against moto's server, which checks policies when told to."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import boto3  # type: ignore[import-untyped]
import pytest

from providers.core.errors import GuardViolation, PermissionDenied
from providers.vault.aws import get_version_id
from tests.vault.locations import AwsPlace
from tests.vault.moto_server import MotoServer
from tests.vault.run import Run, get_fields, make_args

Make = Callable[..., AwsPlace]

# docs/vaults/aws.md gives these.
LEAST = ["CreateSecret", "DescribeSecret", "PutSecretValue", "RestoreSecret", "TagResource", "UpdateSecretVersionStage"]


@pytest.fixture
def with_policy(
    moto: MotoServer, aws_place: Make, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., AwsPlace]]:
    """A place that our code reaches as a user who may do this and no more."""
    iam: Any = boto3.session.Session().client("iam", region_name="eu-west-1", endpoint_url=moto.url)
    iam.create_user(UserName="umbrella-psa")
    key = iam.create_access_key(UserName="umbrella-psa")["AccessKey"]

    def make(actions: list[str]) -> AwsPlace:
        place = aws_place()  # its own hands are an administrator's, who is not checked
        allowed = {
            "Effect": "Allow",
            "Action": [f"secretsmanager:{action}" for action in actions],
            "Resource": "*",
        }
        document = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
        iam.put_user_policy(UserName="umbrella-psa", PolicyName="least", PolicyDocument=document)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])
        moto.enforce()
        return place

    yield make
    moto.trust()
    for policy in iam.list_user_policies(UserName="umbrella-psa")["PolicyNames"]:
        iam.delete_user_policy(UserName="umbrella-psa", PolicyName=policy)
    iam.delete_access_key(UserName="umbrella-psa", AccessKeyId=key["AccessKeyId"])
    iam.delete_user(UserName="umbrella-psa")


def test_the_least_policy_is_enough(moto: MotoServer, with_policy: Make) -> None:
    place = with_policy(LEAST)
    state = None
    for number in (1, 2, 3):
        args = make_args(place.settings, number)
        state = Run(place.settings).up(state, args, minted=True)
    assert state is not None
    moto.trust()
    assert place.list_values()[-1] == get_fields(args)
    place.add({"strange": "value"})
    moto.enforce()
    assert "whether its value differs can't be known without" in Run(place.settings).preview(state, args)[0]
    state = Run(place.settings).up(state, args)
    assert Run(place.settings).preview(state, args) == []


def test_with_the_right_to_read_a_changed_value_is_told(moto: MotoServer, with_policy: Make) -> None:
    place = with_policy([*LEAST, "GetSecretValue"])
    args = make_args(place.settings)
    state = Run(place.settings).up(None, args)
    moto.trust()
    place.add({"strange": "value"})
    moto.enforce()
    assert "holds another value" in Run(place.settings).preview(state, args)[0]


@pytest.mark.parametrize("missing", ["CreateSecret", "DescribeSecret", "PutSecretValue"])
def test_nothing_is_minted_without_the_rights_for_a_new_secret(with_policy: Make, missing: str) -> None:
    place = with_policy([action for action in LEAST if action != missing])
    with pytest.raises(
        PermissionDenied, match=f"AWS refused {missing} of {place.name}; allow secretsmanager:{missing}"
    ):
        Run(place.settings).up(None, make_args(place.settings), minted=True)
    assert "CreateSecret" not in place.list_requests() or missing == "CreateSecret"


def test_nothing_is_minted_without_the_right_to_write_the_value(moto: MotoServer, with_policy: Make) -> None:
    place = with_policy([action for action in LEAST if action != "PutSecretValue"])
    moto.trust()
    args = make_args(place.settings)
    state = Run(place.settings).up(None, args)
    moto.enforce()
    run = Run(place.settings)
    run.handler.read(args.place, state)
    with pytest.raises(PermissionDenied, match="allow secretsmanager:PutSecretValue"):
        run.gate.refuse_unless_ready("acme")
    moto.trust()
    assert place.list_values() == [get_fields(args)]


def test_a_process_that_has_not_looked_checks_by_a_tag(moto: MotoServer, with_policy: Make) -> None:
    place = with_policy(["DescribeSecret", "PutSecretValue"])
    moto.trust()
    state = Run(place.settings).up(None, make_args(place.settings))
    moto.enforce()
    with pytest.raises(PermissionDenied, match="allow secretsmanager:TagResource"):
        Run(place.settings).restart(state).gate.refuse_unless_ready("acme")
    moto.trust()
    place.delete()
    Run(place.settings).restart(state).gate.refuse_unless_ready("acme")
    assert place.client.describe_secret(SecretId=place.secret).get("VersionIdsToStages") is None


def test_what_the_tag_can_not_tell_shows_before_anything_is_written(moto: MotoServer, with_policy: Make) -> None:
    """The limit of docs/vaults/aws.md: by then a key is minted, which the sink waits to get."""
    place = with_policy([action for action in LEAST if action != "PutSecretValue"])
    moto.trust()
    old, new = make_args(place.settings, 1), make_args(place.settings, 2)
    state = Run(place.settings).up(None, old)
    moto.enforce()
    run = Run(place.settings).restart(state)
    run.gate.refuse_unless_ready("acme")
    with pytest.raises(PermissionDenied, match=f"AWS refused PutSecretValue of {place.name}; allow secretsmanager:Put"):
        run.handler.update(new.place, state, new)
    moto.trust()
    assert place.list_values() == [get_fields(old)]
    assert Run(place.settings).preview(Run(place.settings).up(state, new), new) == []
    assert place.list_values() == [get_fields(old), get_fields(new)]


def test_access_that_was_lost_is_an_error_and_no_deletion(moto: MotoServer, with_policy: Make) -> None:
    place = with_policy(["GetRandomPassword"])
    moto.trust()
    args = make_args(place.settings)
    state = Run(place.settings).up(None, args)
    moto.enforce()
    with pytest.raises(PermissionDenied, match="AWS refused DescribeSecret"):
        Run(place.settings).preview(state, args)


def test_a_new_secret_has_the_kms_key_and_tags(aws_place: Make) -> None:
    place = aws_place(kms_key="alias/umbrella")
    state = Run(place.settings).up(None, make_args(place.settings), minted=True)
    about = place.client.describe_secret(SecretId=place.secret)
    assert about["KmsKeyId"] == "alias/umbrella"
    assert {tag["Key"]: tag["Value"] for tag in about["Tags"]} == {
        "umbrella-psa:managed": "true",
        "umbrella-psa:tenant": "acme",
        "umbrella-psa:companyId": "Acme",
    }
    id_ = f"psa-{state.generation}-{state.fingerprint}"
    assert about["VersionIdsToStages"] == {id_: ["umbrella-psa", "AWSCURRENT"]}
    assert state.version == f"{id_}@eu-west-1/123456789012"


def test_the_check_before_a_mint_leaves_an_empty_secret_at_most(aws_place: Make) -> None:
    place = aws_place()
    for _ in range(2):
        run = Run(place.settings)
        run.gate.refuse_foreign("acme")
        run.gate.refuse_unless_ready("acme")
    assert place.client.describe_secret(SecretId=place.secret).get("VersionIdsToStages") is None
    state = Run(place.settings).up(None, make_args(place.settings))
    Run(place.settings).restart(state).gate.refuse_unless_ready("acme")
    assert Run(place.settings).preview(state, make_args(place.settings)) == []
    assert len(place.list_values()) == 1


def test_an_empty_secret_that_somebody_made_for_us_is_used(aws_place: Make) -> None:
    place = aws_place()
    place.client.create_secret(Name=place.secret, Tags=[{"Key": "team", "Value": "networks"}])
    args = make_args(place.settings)
    Run(place.settings).up(None, args, minted=True)
    assert place.list_values() == [get_fields(args)]


def test_a_rotation_asks_three_times_and_keeps_the_older_version(aws_place: Make) -> None:
    place = aws_place()
    state = Run(place.settings).up(None, make_args(place.settings, 1), minted=True)
    run = Run(place.settings)
    seen = run.handler.read(state.place, state)
    assert seen is not None
    place.forget_asked()
    run.gate.refuse_unless_ready("acme")
    after = run.handler.update(state.place, seen, make_args(place.settings, 2))
    assert place.list_requests() == ["PutSecretValue", "PutSecretValue", "UpdateSecretVersionStage"]
    stages = place.client.describe_secret(SecretId=place.secret)["VersionIdsToStages"]
    assert sorted(stages[get_version_id(after.version)]) == ["AWSCURRENT", "umbrella-psa"]
    assert stages[get_version_id(state.version)] == ["AWSPREVIOUS"]


def test_another_region_is_no_deletion(aws_place: Make) -> None:
    place = aws_place()
    state = Run(place.settings).up(None, make_args(place.settings, 1))
    elsewhere = place.settings.model_copy(update={"region": "us-east-1"})
    for attempt in (
        lambda: Run(elsewhere).preview(state, make_args(place.settings, 1)),
        lambda: Run(elsewhere).handler.update(state.place, state, make_args(place.settings, 2)),
    ):
        with pytest.raises(
            GuardViolation, match=r"is kept in eu-west-1/123456789012, but .* lead to us-east-1, so nothing"
        ):
            attempt()
    assert len(place.list_values()) == 1
    assert Run(place.settings).preview(state, make_args(place.settings, 1)) == []


def test_another_account_is_no_deletion(aws_place: Make, moto: MotoServer, monkeypatch: pytest.MonkeyPatch) -> None:
    place = aws_place()
    args = make_args(place.settings)
    state = Run(place.settings).up(None, args)
    sts: Any = boto3.session.Session().client("sts", region_name="eu-west-1", endpoint_url=moto.url)
    role = {"RoleArn": "arn:aws:iam::210987654321:role/other", "RoleSessionName": "other"}
    other = sts.assume_role(**role)["Credentials"]
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", other["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", other["SecretAccessKey"])
    monkeypatch.setenv("AWS_SESSION_TOKEN", other["SessionToken"])
    told = r"is kept in eu-west-1/123456789012, but .* lead to eu-west-1/210987654321"
    with pytest.raises(GuardViolation, match=told):
        Run(place.settings).preview(state, args)
    theirs: Any = boto3.session.Session().client("secretsmanager", region_name="eu-west-1", endpoint_url=moto.url)
    theirs.create_secret(Name=place.secret, SecretString="of another account")
    with pytest.raises(GuardViolation, match=told):
        Run(place.settings).preview(state, args)


def test_a_state_without_a_home_lives_on(aws_place: Make) -> None:
    place = aws_place()
    args = make_args(place.settings)
    state = Run(place.settings).up(None, args)
    old = state.model_copy(
        update={"version": get_version_id(state.version), "current_version": get_version_id(state.version)}
    )
    assert Run(place.settings).preview(old, args) == []
    after = Run(place.settings).up(old, make_args(place.settings, 2))
    assert after.version.endswith("@eu-west-1/123456789012")
    assert len(place.list_values()) == 2

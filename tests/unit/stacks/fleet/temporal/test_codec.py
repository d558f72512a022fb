"""What Temporal's history holds of a job: nothing to read once a key is set, whichever key it was."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from typing import Any

import pytest
from pydantic import BaseModel
from temporalio.api.common.v1 import Payload
from temporalio.api.failure.v1 import Failure
from temporalio.converter import DataConverter
from temporalio.exceptions import ApplicationError

from providers.core.errors import SettingError
from stacks.fleet.temporal.codec import ENCODING, KEY_ID, PayloadCipher, make_data_converter, name_key

OLD, NEW, OTHER = (bytes([number]) * 32 for number in (1, 2, 3))


class Job(BaseModel):
    """As a job is: a model of pydantic's."""

    tenant: str
    older_than: int | None = None


JOB = Job(tenant="acme", older_than=80)


def make(*keys: bytes) -> DataConverter:
    return make_data_converter("\n".join(b64encode(key).decode() for key in keys) or None)


def encode(converter: DataConverter, value: Any = JOB) -> Payload:
    (payload,) = asyncio.run(converter.encode([value]))
    return payload


def decode(converter: DataConverter, payload: Payload) -> Any:
    return asyncio.run(converter.decode([payload], [Job]))[0]


def make_failure(converter: DataConverter) -> Failure:
    """What becomes of an activity's error on its way to the server."""
    failure = Failure()
    try:
        try:
            raise ValueError("acme's console said no")
        except ValueError as cause:
            raise ApplicationError("acme can't be told", "a detail of acme", type="Refused") from cause
    except ApplicationError as error:
        asyncio.run(converter.encode_failure(error, failure))
    return failure


def test_without_a_key_a_job_is_json_and_comes_back_as_it_was() -> None:
    payload = encode(make())
    assert payload.data == b'{"tenant":"acme","older_than":80}'
    assert decode(make(), payload) == JOB


def test_with_a_key_nothing_of_a_job_can_be_read_and_it_comes_back_as_it_was() -> None:
    payload = encode(make(NEW))
    assert b"acme" not in payload.SerializeToString()
    assert dict(payload.metadata) == {
        "encoding": ENCODING,
        "encryption-cipher": b"AES-256-GCM",
        KEY_ID: name_key(NEW),
    }
    assert decode(make(NEW), payload) == JOB


def test_the_same_job_is_never_encrypted_alike() -> None:
    converter = make(NEW)
    assert len({encode(converter).data for _ in range(20)}) == 20


def test_a_new_key_goes_first_and_the_old_one_still_decrypts() -> None:
    before, both = make(OLD), make(NEW, OLD)
    assert decode(both, encode(before)) == JOB
    assert encode(both).metadata[KEY_ID] == name_key(NEW)
    assert decode(make(NEW), encode(both)) == JOB


def test_what_is_from_before_there_was_a_key_is_read() -> None:
    assert decode(make(NEW), encode(make())) == JOB


@pytest.mark.parametrize(
    ("has", "says"),
    [
        ((), rf"is encrypted with the key {name_key(OLD).decode()}, and none is set; add that key"),
        ((NEW, OTHER), rf"is encrypted with the key {name_key(OLD).decode()}, which is not among those that are set;"),
    ],
)
def test_a_payload_whose_key_is_not_here_is_one_sentence(has: tuple[bytes, ...], says: str) -> None:
    with pytest.raises(SettingError, match=says) as told:
        decode(make(*has), encode(make(OLD)))
    assert "\n" not in str(told.value)


def test_a_worker_is_told_of_a_payload_that_it_cant_read() -> None:
    told: list[SettingError] = []
    converter = make(NEW)
    assert isinstance(converter.payload_codec, PayloadCipher)
    converter.payload_codec.on_refusal = told.append
    decode(converter, encode(converter))
    assert told == []
    with pytest.raises(SettingError) as raised:
        decode(converter, encode(make(OLD)))
    assert told == [raised.value]


@pytest.mark.parametrize("length", [0, 5, 12, 20, -1])
def test_a_payload_that_was_changed_or_cut_off_is_refused(length: int) -> None:
    payload = encode(make(NEW))
    payload.data = payload.data[:length] if length >= 0 else payload.data[:-1] + bytes([payload.data[-1] ^ 1])
    with pytest.raises(SettingError, match="was not encrypted with it, or was changed since"):
        decode(make(NEW), payload)


def test_the_name_of_a_key_that_somebody_else_wrote_is_shown_clean() -> None:
    payload = Payload(metadata={"encoding": ENCODING, KEY_ID: b"\x1b[2Jnew\nline"}, data=b"?")
    with pytest.raises(SettingError) as told:
        decode(make(NEW), payload)
    assert str(told.value).isprintable()


def test_a_failures_words_trace_and_details_are_encrypted_and_its_causes_too() -> None:
    failure = make_failure(make(NEW))
    assert b"acme" not in failure.SerializeToString()
    assert __file__.encode() not in failure.SerializeToString()
    assert failure.application_failure_info.type == "Refused"
    error = asyncio.run(make(NEW).decode_failure(failure))
    assert isinstance(error, ApplicationError)
    assert (error.message, error.details) == ("acme can't be told", ("a detail of acme",))
    assert isinstance(error.__cause__, ApplicationError)
    assert error.__cause__.message == "acme's console said no"


def test_without_a_key_a_failure_says_what_it_is_to_whoever_looks() -> None:
    assert make_failure(make()).message == "acme can't be told"

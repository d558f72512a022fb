"""A problem's fields, and the sentence that they make."""

from __future__ import annotations

import pytest

from providers.core.errors import (
    GuardViolation,
    OutcomeUnknown,
    ProviderError,
    RemoteError,
    SettingError,
    Unauthenticated,
    WorkOrder,
)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (ProviderError("it is gone"), "it is gone."),
        (ProviderError("it is gone", next_step="run again"), "it is gone; run again."),
        (
            ProviderError("it is gone", next_step="run again", detail="It was here."),
            "it is gone; run again. It was here.",
        ),
        (ProviderError("it is gone", detail="It was here."), "it is gone. It was here."),
        (ProviderError("it is gone."), "it is gone."),
        (ProviderError("is it gone?", next_step="Look there!"), "is it gone? Look there!"),
        (ProviderError("no such name", detail=' Did you mean "a"?'), 'no such name. Did you mean "a"?'),
        (ProviderError("the site said:", detail="never mind"), "the site said: never mind"),
        (SettingError("a:b", "is required", next_step="set it"), "a:b: is required; set it."),
    ],
)
def test_the_fields_make_one_sentence_with_each_full_stop_once(error: ProviderError, sentence: str) -> None:
    assert str(error) == sentence


def test_all_fields_but_the_summary_may_be_empty() -> None:
    assert ProviderError("x").fields() == {"summary": "x", "detail": "", "next_step": "", "setting": "", "page": ""}


def test_the_fields_are_what_was_said() -> None:
    error = GuardViolation("x", detail="d", next_step="n", setting="a:b", page="docs/x.md", lift="allow")
    assert error.fields() == {"summary": "x", "detail": "d", "next_step": "n", "setting": "a:b", "page": "docs/x.md"}


def test_a_wrong_setting_has_its_key_as_a_field() -> None:
    error = SettingError("a:b", "is wrong")
    assert (error.fields()["setting"], error.sentence) == ("a:b", "is wrong.")


def test_a_work_order_is_its_markdown_and_its_summary_the_title() -> None:
    order = WorkOrder("make a key", "## Work order\n\n1. Click")
    assert (str(order), order.title, order.fields()["summary"]) == (order.markdown, "make a key", "make a key")


@pytest.mark.parametrize(
    "error",
    [
        Unauthenticated("s3cret", detail="s3cret", next_step="s3cret", setting="s3cret", page="s3cret", status=401),
        OutcomeUnknown("s3cret", sent=True),
        SettingError("a:b", "s3cret", next_step="not s3cret"),
        WorkOrder("s3cret", "## s3cret"),
    ],
)
def test_a_copy_has_each_text_changed_and_the_rest_kept(error: ProviderError) -> None:
    copy = error.map_texts(lambda text: text.replace("s3cret", "[redacted]"))
    assert type(copy) is type(error)
    assert "s3cret" not in f"{copy} {copy!r} {copy.fields()}"
    assert str(copy) == str(error).replace("s3cret", "[redacted]")
    assert "s3cret" in str(error)


def test_a_copy_keeps_what_is_no_text() -> None:
    copy = RemoteError("x", status=400, code="InvalidObject", field="name").map_texts(str.upper)
    assert (copy.status, copy.code, copy.field) == (400, "INVALIDOBJECT", "NAME")

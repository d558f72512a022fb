"""Looking at a failure as a person and a log would."""

from __future__ import annotations

import traceback

import pytest

from providers.http.errors import TransportError
from providers.http.message import Request
from providers.http.transport import Transport

GET = Request("GET", "/x", {"conditions": "hunter22"})
POST = Request("POST", "/x", {"conditions": "hunter22"}, json={"privateKey": "hunter22"})


def make_failure(transport: Transport, request: Request = GET) -> TransportError:
    """The error, after looking that it is one sentence with the host, and holds no secret anywhere in its traceback."""
    with pytest.raises(TransportError) as caught:
        transport.send(request)
    error = caught.value
    words = str(error)
    assert error.host in words
    assert words.endswith(".")
    assert "\n" not in words
    assert error.__cause__ is None
    assert error.__context__ is None
    assert "hunter22" not in "".join(traceback.format_exception(error))
    return error

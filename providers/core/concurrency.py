"""Independent questions at once: over one pooled connection per host, the slowest answer is the only wait."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_one_by_one: ContextVar[bool] = ContextVar("one_by_one", default=False)


@contextmanager
def ask_one_by_one() -> Iterator[None]:
    """Let this thread's questions wait for each other: where other tenants are asked meanwhile, more threads only cost
    more."""
    token = _one_by_one.set(True)
    try:
        yield
    finally:
        _one_by_one.reset(token)


def run_concurrently(*questions: Callable[[], Any]) -> list[Future[Any]]:
    """Ask all, wait for all. Each future holds its answer or what it raised; nothing is lost when one fails."""
    if _one_by_one.get():
        return [_ask(question) for question in questions]
    *others, last = questions
    with ThreadPoolExecutor(max_workers=max(1, len(others)), thread_name_prefix="asking") as pool:
        return [*(pool.submit(question) for question in others), _ask(last)]


def _ask(question: Callable[[], Any]) -> Future[Any]:
    """Ask in this thread."""
    asked: Future[Any] = Future()
    try:
        asked.set_result(question())
    except Exception as error:
        asked.set_exception(error)
    return asked

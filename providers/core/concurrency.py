"""Independent questions at once: over one pooled connection per host, the slowest answer is the only wait."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any


def run_concurrently(*questions: Callable[[], Any]) -> list[Future[Any]]:
    """Ask all, wait for all. Each future holds its answer or what it raised; nothing is lost when one fails."""
    *others, last = questions
    own: Future[Any] = Future()
    with ThreadPoolExecutor(max_workers=max(1, len(others)), thread_name_prefix="asking") as pool:
        asked = [pool.submit(question) for question in others]
        try:
            own.set_result(last())  # a thread less
        except Exception as error:
            own.set_exception(error)
    return [*asked, own]

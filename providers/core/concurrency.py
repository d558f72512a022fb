"""Independent questions at once: over one pooled connection per host, the slowest answer is the only wait."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any


def run_concurrently(*questions: Callable[[], Any]) -> list[Future[Any]]:
    """Ask all, wait for all. Each future holds its answer or what it raised; nothing is lost when one fails."""
    with ThreadPoolExecutor(max_workers=len(questions), thread_name_prefix="asking") as pool:
        return [pool.submit(question) for question in questions]

"""The search for secrets finds one also where a file is packed."""

from __future__ import annotations

import gzip
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from tests.engine.leaks import find_files_with, make_needles

SECRET = "kq0Wn5vTz8YbX3LdR7sJ"


def test_a_secret_is_found_in_a_plain_file_a_packed_log_and_a_saved_plan(tmp_path: Path) -> None:
    text = f'{{"private_key": "{SECRET}"}}' * 3
    (tmp_path / "state").write_text(text, encoding="utf-8")
    (tmp_path / "log").write_bytes(gzip.compress(text.encode()))
    with ZipFile(tmp_path / "saved.plan", "w", ZIP_DEFLATED) as plan:
        plan.writestr("tfplan", text)
    assert SECRET.encode() not in (tmp_path / "saved.plan").read_bytes()
    (tmp_path / "cut.zip").write_bytes((tmp_path / "saved.plan").read_bytes()[:40])
    found = find_files_with(tmp_path, make_needles([SECRET]))
    assert sorted(Path(file).name for file in found) == ["log", "saved.plan", "state"]

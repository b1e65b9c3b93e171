"""What is said about files of tests is true of files that are there."""

from __future__ import annotations

from tests.dealing import LONG, ROOT


def test_each_file_that_is_begun_first_is_there() -> None:
    assert [name for name in LONG if not (ROOT / name).is_file()] == []

"""What the guides for departments' systems say of the door is what identity does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from services.identity.domain.policies import (
    FAILED_LOGINS_ALLOWED,
    FAILED_LOGINS_WINDOW_SECONDS,
    FAILURES_OF_AN_ADDRESS_ALLOWED,
    FAILURES_OF_AN_ADDRESS_WINDOW_SECONDS,
)

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize(
    ("guide", "of_an_id", "of_an_address"),
    [
        ("subscribing.md", r"After (\d+) wrong secrets .* within (\d+) minutes", r"after (\d+) failures .* within (\d+) minutes"),
        ("subscribing.zh.md", r"(\d+) 分钟内密钥错 (\d+) 次", r"(\d+) 分钟内失败 (\d+) 次"),
    ],
)
def test_both_guides_tell_both_limits_of_wrong_secrets(guide: str, of_an_id: str, of_an_address: str) -> None:
    words = (DOCS / guide).read_text().replace("\n", " ")
    limits = {
        of_an_id: {FAILED_LOGINS_ALLOWED, FAILED_LOGINS_WINDOW_SECONDS // 60},
        of_an_address: {FAILURES_OF_AN_ADDRESS_ALLOWED, FAILURES_OF_AN_ADDRESS_WINDOW_SECONDS // 60},
    }
    for pattern, numbers in limits.items():
        assert (found := re.search(pattern.replace(".*", ".*?"), words)) is not None, pattern
        assert {int(number) for number in found.groups()} == numbers

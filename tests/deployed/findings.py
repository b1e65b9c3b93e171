"""What a doctor has found, for tests."""

from __future__ import annotations

from collections.abc import Iterator

from services.deployed.doctor import Finding, State

Seen = list[tuple[str, State]]


def seen(findings: Iterator[Finding]) -> Seen:
    """Subject and state of each finding; every one that is not well says what to do, in both languages."""
    found = list(findings)
    for each in found:
        assert (each.remedy is None) == (each.state is State.WELL)
        assert each.what.zh
        assert each.what.en
    return [(each.subject, each.state) for each in found]

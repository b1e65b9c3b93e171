"""What is wrong with a row of an uploaded file, or would come of it: where it stands – never what was typed."""

from __future__ import annotations

from typing import Literal

import msgspec

Severity = Literal["error", "warning"]


class Finding(msgspec.Struct, frozen=True):
    """One broken rule at one place: the row's number as the spreadsheet shows it, the column's header or letter.

    `sheet` is the accepted name of the sheet (empty for CSV); `rule` a code of `file_rules.RULES`. A warning keeps nothing out.
    """

    sheet: str
    row: int
    column: str
    rule: str
    severity: Severity = "error"


class RowChange(msgspec.Struct, frozen=True):
    """A row that would bring something new; `sheet` and `row` as in a finding."""

    sheet: str
    row: int
    verdict: Literal["enrolled", "changed"]


class Findings:
    """Everything that was found in a file: all is counted until the report is full of errors."""

    def __init__(self, kept_at_most: int) -> None:
        self._kept_at_most = kept_at_most
        self.kept: list[Finding] = []
        self.errors = 0
        self.warnings = 0

    def add(self, finding: Finding) -> None:
        """Count a finding; errors push warnings out of a full report, never the other way."""
        if finding.severity == "error":
            self.errors += 1
        else:
            self.warnings += 1
        if len(self.kept) < self._kept_at_most:
            self.kept.append(finding)
        elif finding.severity == "error":
            self._make_way(finding)

    @property
    def full(self) -> bool:
        """Whether more errors could not be told any more: going on would only count them."""
        return self.errors >= self._kept_at_most

    def end_with(self, finding: Finding) -> None:
        """Keep one more than fits, which says that the check ended there."""
        self.errors += 1
        self.kept.append(finding)

    def _make_way(self, error: Finding) -> None:
        for place in reversed(range(len(self.kept))):
            if self.kept[place].severity == "warning":
                del self.kept[place]
                self.kept.append(error)
                return

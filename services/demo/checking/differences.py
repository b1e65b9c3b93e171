"""Where the services and the truth differ; pure, one line a difference, named by the story and never by the child."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from services.demo.checking.expected import Expected, ExpectedDuty
from services.demo.checking.observed import Observed, ObservedDuty


@dataclass(frozen=True)
class Difference:
    """What a story expected and what was found."""

    story: str
    what: str
    expected: object
    found: object

    def __str__(self) -> str:
        return f"{self.story}: {self.what}: expected {self.expected}, found {self.found}"


def differences(story: str, expected: Expected, observed: Observed) -> Iterator[Difference]:
    """All of one child's."""
    for what in ("ledger", "moves", "case", "cause", "aid", "owed", "reporters", "visits", "parents", "turns"):
        wanted, found = getattr(expected, what), getattr(observed, what)
        if wanted != found:
            yield Difference(story, what, wanted, found)
    yield from _counts(story, "texts", expected.texts, observed.texts)
    yield from _counts(story, "alarms", expected.alarms, observed.alarms)
    yield from _duties(story, expected.duties, observed.duties)


def _counts(story: str, what: str, expected: Mapping[str, tuple[int, int]], found: Mapping[str, int]) -> Iterator[Difference]:
    for code in sorted({*expected, *found}):
        least, most = expected.get(code, (0, 0))
        count = found.get(code, 0)
        if not least <= count <= most:
            yield Difference(story, f"{what}: {code}", f"{least}–{most}", count)


def _duties(story: str, expected: tuple[ExpectedDuty, ...], found: tuple[ObservedDuty, ...]) -> Iterator[Difference]:
    wanted = {(duty.department, duty.kind): duty for duty in expected}
    raised = {(duty.department, duty.kind): duty for duty in found}
    if len(raised) < len(found):
        yield Difference(story, "duties", "each once", f"{len(found) - len(raised)} doubled")
    for key in sorted({*wanted, *raised}):
        what = f"duty of {key[0]}: {key[1]}"
        if key not in wanted or key not in raised:
            yield Difference(story, what, "raised" if key in wanted else "none", "raised" if key in raised else "none")
            continue
        yield from _duty(story, what, wanted[key], raised[key])


def _duty(story: str, what: str, expected: ExpectedDuty, found: ObservedDuty) -> Iterator[Difference]:
    for name in ("outcome", "finding", "overdue", "escalated"):
        wanted, seen = getattr(expected, name), getattr(found, name)
        undecided = wanted is None and name in ("overdue", "escalated")
        if wanted != seen and not undecided:
            yield Difference(story, f"{what}: {name}", wanted, seen)

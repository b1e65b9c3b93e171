"""Chance that repeats: every page draws from a stream of its own, so that a change on one page leaves the others alone."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")


def stream(seed: int, purpose: str) -> Random:
    """The same seed and purpose give the same draws on every machine."""
    return Random(f"{seed}:{purpose}")  # noqa: S311 - nothing secret is drawn, files must repeat


class Deck(Generic[T]):
    """Cards drawn in random order: among the first `size` each label comes at least once, and else by its share.

    `rest` fills the deck up; when it is empty, the same cards are shuffled again.
    """

    def __init__(self, chance: Random, size: int, shares: Mapping[T, float], *, rest: T) -> None:
        self._chance = chance
        labels = [label for label, share in shares.items() for _ in range(max(1, round(share * size)))]
        self._cards = labels[:size] + [rest] * (size - len(labels))
        self._left: list[T] = []

    def draw(self) -> T:
        if not self._left:
            self._left = self._cards.copy()
            self._chance.shuffle(self._left)
        return self._left.pop()


def split(total: int, weights: Sequence[float]) -> list[int]:
    """`total` in whole parts by weight, largest remainders first, no part empty as long as there is enough."""
    if total < len(weights):
        return [1] * total + [0] * (len(weights) - total)
    free = total - len(weights)
    exact = [free * weight / sum(weights) for weight in weights]
    parts = [int(part) for part in exact]
    by_remainder = sorted(range(len(weights)), key=lambda place: (parts[place] - exact[place], place))
    for place in by_remainder[: free - sum(parts)]:
        parts[place] += 1
    return [part + 1 for part in parts]


def clock(chance: Random, hour: int, *, minute: int = 0, spread: int = 30) -> str:
    """A time of day from `hour:minute` on, up to `spread` minutes later."""
    past = minute + chance.randrange(spread)
    return f"{hour + past // 60:02d}:{past % 60:02d}"

"""The chain of events as a tree by causation."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.oversight.domain.chain import TracedEvent, told_in_order


def event(event_id: str, cause: str | None = None, at: int = 0) -> TracedEvent:
    return TracedEvent(
        event_id=event_id,
        stream_id="s",
        version=at + 1,
        service="registry",
        type="registry.AbsenceNoticed",
        partition_key="p",
        actor="officer",
        on_behalf_of=None,
        occurred_at=f"2026-09-{at + 1:02}T00:00:00.000000Z",
        recorded_at=f"2026-09-{at + 1:02}T00:00:00.000000Z",
        correlation_id="episode",
        causation_id=cause or event_id,
        facts={},
    )


def outline(*events: TracedEvent) -> list[tuple[int, str, str | None]]:
    return [(each.depth, each.event.event_id, each.caused_by) for each in told_in_order(events)]


def test_an_event_stands_under_what_caused_it_in_the_order_of_recording() -> None:
    assert outline(event("c", "a", 3), event("a"), event("d", "b", 2), event("b", "a", 1)) == [
        (0, "a", None),
        (1, "b", "a"),
        (2, "d", "b"),
        (1, "c", "a"),
    ]


def test_an_event_whose_cause_is_not_shown_is_a_root() -> None:
    assert outline(event("b", "elsewhere", 1), event("a")) == [(0, "a", None), (0, "b", None)]


def test_the_same_event_twice_is_told_once() -> None:
    assert outline(event("a"), event("a")) == [(0, "a", None)]


def test_events_that_cause_each_other_are_told_all_the_same() -> None:
    assert {name for _, name, _ in outline(event("a", "b"), event("b", "a", 1))} == {"a", "b"}


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=20))
def test_every_event_is_told_exactly_once_whatever_causes_it(pairs: list[tuple[int, int]]) -> None:
    events = {str(own): event(str(own), str(cause), own) for own, cause in pairs}
    told = [name for _, name, _ in outline(*events.values())]
    assert sorted(told) == sorted(events)

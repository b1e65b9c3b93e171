"""What every store promises, proved on each adapter."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest

from services.chassis.bus.places import Loss, LostPlace, Position
from services.chassis.envelope import Envelope
from services.chassis.errors import NotStorable, VersionConflict
from services.chassis.storage.port import Awaited, Batch, EventStore, KeptAnswer, Lost, Parked, Received, Timer, Work
from services.chassis.storage.tables import COUNTY_POLICIES, SUBJECT_KEYS
from tests.chassis.storage.adapters import ADAPTERS, AT, LATER, TOPIC, Opened, append, appended, commit, event, place_of
from tests.chassis.toy_care import CASES, WATCHED


@pytest.fixture(params=ADAPTERS)
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opened]:
    opened = Opened(place_of(request.param, tmp_path, request))
    yield opened
    opened.store.close()


@pytest.fixture
def store(opened: Opened) -> EventStore:
    return opened.store


def timer(timer_id: str, due_at: str = AT) -> Timer:
    return Timer(
        timer_id=timer_id,
        stream_id="case-1",
        due_at=due_at,
        not_before=due_at,
        correlation_id="episode-1",
        causation_id="event-1",
    )


def work(work_id: str, not_before: str = AT, state: str = "pending") -> Work:
    return Work(work_id=work_id, kind="letter", stream_id="case-1", version=1, not_before=not_before, state=state)


def answer(scope: str, kept_at: str = AT) -> KeptAnswer:
    return KeptAnswer(scope=scope, digest="d", status=201, body=b'{"id":"1"}', headers={"ETag": '"1"'}, kept_at=kept_at)


def parked(envelope: Envelope, reason: str = "gap", position: int = 0) -> Parked:
    return Parked(position=position, topic="roll", envelope=envelope, reason=reason, detail="why", parked_at=AT)


def lost(topic: str, partition: int, now: int = 0) -> Lost:
    place = LostPlace(
        topic=topic, partition=partition, loss=Loss.RECREATED, was=Position(9, "first life"), now=Position(now, "next life")
    )
    return Lost(place=place, found_at=AT)


def key_row(subject_id: str, wrapped_key: bytes | None = b"k") -> dict[str, Any]:
    return {"subject_id": subject_id, "suite": "s", "wrapping_key_id": "w", "wrapped_key": wrapped_key}


def watched_row(pupil_id: str, stage: str = "missing") -> dict[str, Any]:
    return {"pupil_id": pupil_id, "episode_id": "e", "stage": stage, "events": 1}


def full_batch() -> Batch:
    """A batch with something in every part."""
    batch = appended(event("case-1", 1))
    batch.rows["watched", ("p1", "e")] = (WATCHED, watched_row("p1"))
    batch.records.append((SUBJECT_KEYS, key_row("p1")))
    batch.timers["case-1/visit"] = timer("case-1/visit")
    batch.work.append(work("w1"))
    batch.received.append(Received(envelope=event("pupil-1", 1), topic="roll"))
    batch.parked.append(parked(event("pupil-2", 3)))
    batch.offsets["roll", 2] = Position(7, "first life")
    batch.lost.append(lost("roll", 2))
    batch.counters["case/2026"] = (0, 1)
    batch.answer = answer("post:1")
    return batch


def contents(store: EventStore) -> dict[str, Any]:
    """Everything that a batch can change."""
    with store.transaction() as transaction:
        inside = {
            "row": transaction.row(WATCHED, ("p1", "e")),
            "key": transaction.row(SUBJECT_KEYS, "p1"),
            "counter": transaction.counter("case/2026"),
            "received": transaction.received_version("pupil-1"),
            "parked_keys": transaction.parked_keys(),
        }
    return inside | {
        "events": list(store.walk()),
        "outbox": [(topic, e.event_id) for _, topic, e in store.outbox(10)],
        "timers": store.timers(),
        "work": store.pending_work(LATER, 10),
        "journal": list(store.walk_received()),
        "parked": store.parked(),
        "position": store.bus_position("roll", 2),
        "lost": store.lost_places(),
        "answer": store.kept_answer("post:1"),
    }


def test_a_committed_batch_is_true_in_all_its_parts_and_survives_the_process(opened: Opened) -> None:
    batch = full_batch()
    commit(opened.store, batch)
    now = contents(opened.store)
    assert now == {
        "row": watched_row("p1"),
        "key": key_row("p1"),
        "counter": 1,
        "received": 1,
        "parked_keys": {"pupil-2"},
        "events": batch.events,
        "outbox": [(TOPIC, "case-1/1")],
        "timers": [timer("case-1/visit")],
        "work": [work("w1")],
        "journal": [event("pupil-1", 1)],
        "parked": [parked(event("pupil-2", 3), position=1)],
        "position": Position(7, "first life"),
        "lost": [lost("roll", 2)],
        "answer": answer("post:1"),
    }
    assert contents(opened.reopen()) == now


def _stream_moved(batch: Batch) -> None:
    batch.expected["case-0"] = 3


def _counter_moved(batch: Batch) -> None:
    batch.counters["case/2026"] = (4, 5)


def _received_before(batch: Batch) -> None:
    batch.received.append(Received(envelope=event("pupil-0", 1), topic="roll"))


def _version_taken(batch: Batch) -> None:
    batch.events.append(event("case-0", 1))


def _row_without_a_needed_column(batch: Batch) -> None:
    batch.rows["watched", ("p2", "e")] = (WATCHED, watched_row("p2") | {"stage": None})


def _second_key_of_a_child(batch: Batch) -> None:
    batch.records.append((SUBJECT_KEYS, key_row("p0")))


def _record_there_already(batch: Batch) -> None:
    batch.records.append((COUNTY_POLICIES, {"code": "p0", "value": "1"}))


@pytest.mark.parametrize(
    ("fault", "raises"),
    [
        (_stream_moved, VersionConflict),
        (_counter_moved, VersionConflict),
        (_received_before, VersionConflict),
        (_version_taken, VersionConflict),
        (_row_without_a_needed_column, NotStorable),
        (_second_key_of_a_child, VersionConflict),
        (_record_there_already, NotStorable),
    ],
)
def test_of_a_refused_batch_nothing_is_true(store: EventStore, fault: Callable[[Batch], None], raises: type[Exception]) -> None:
    before = appended(event("case-0", 1))
    before.received.append(Received(envelope=event("pupil-0", 1), topic="roll"))
    before.records += [(SUBJECT_KEYS, key_row("p0")), (COUNTY_POLICIES, {"code": "p0", "value": "1"})]
    commit(store, before)
    was = contents(store)
    batch = full_batch()
    fault(batch)
    with pytest.raises(raises):
        commit(store, batch)
    assert contents(store) == was
    commit(store, full_batch())
    assert contents(store)["counter"] == 1


def test_a_transaction_left_without_commit_changes_nothing(store: EventStore) -> None:
    was = contents(store)
    with store.transaction() as transaction:
        assert transaction.stream("case-1") == []
    with pytest.raises(ZeroDivisionError), store.transaction() as transaction:
        raise ZeroDivisionError
    assert contents(store) == was
    append(store, "case-1")


def test_only_a_commit_wakes_the_worker(store: EventStore) -> None:
    woken: list[int] = []
    store.on_commit(lambda: woken.append(1))
    with store.transaction() as transaction:
        transaction.counter("x")
    with pytest.raises(VersionConflict):
        commit(store, Batch(expected={"case-1": 5}))
    assert woken == []
    append(store, "case-1")
    assert woken == [1]


def test_of_two_writers_of_one_version_the_second_is_refused(store: EventStore) -> None:
    append(store, "case-1")
    commit(store, appended(event("case-1", 2, data=b'"first"')))
    with pytest.raises(VersionConflict):
        commit(store, appended(event("case-1", 2, data=b'"second"')))
    assert [e.data for e in store.walk()] == [b"{}", b'"first"']


def _in_threads(count: int, act: Callable[[int], None]) -> None:
    troubles: list[BaseException] = []

    def guarded(number: int) -> None:
        try:
            act(number)
        except Exception as trouble:  # noqa: BLE001  handed to the test's thread
            troubles.append(trouble)

    threads = [threading.Thread(target=guarded, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert troubles == []


def test_writers_in_threads_leave_a_stream_contiguous_and_chained(store: EventStore) -> None:
    def write(_number: int) -> None:
        for _ in range(15):
            while True:
                try:
                    append(store, "case-1")
                    break
                except VersionConflict:
                    continue

    _in_threads(4, write)
    events = list(store.walk())
    assert [e.version for e in events] == list(range(1, 61))
    assert [e.prev_hash for e in events[1:]] == [e.hash for e in events[:-1]]


def test_a_counter_has_no_gaps_whoever_gives_up(store: EventStore) -> None:
    taken: list[int] = []

    def take(thread: int) -> None:
        for turn in range(15):
            with suppress(VersionConflict), store.transaction() as transaction:
                last = transaction.counter("case/2026")
                if (thread + turn) % 3 == 0:
                    continue  # gives up: the number is not taken
                transaction.commit(Batch(counters={"case/2026": (last, last + 1)}))
                taken.append(last + 1)

    _in_threads(4, take)
    assert len(taken) >= 4
    assert sorted(taken) == list(range(1, len(taken) + 1))


def test_the_outbox_keeps_the_order_of_commits_and_shrinks_only_by_what_is_acknowledged(opened: Opened) -> None:
    store = opened.store
    for stream_id in ("case-2", "case-1", "case-2", "case-3"):
        append(store, stream_id)
    waiting = [(number, e.event_id) for number, _, e in store.outbox(10)]
    assert [event_id for _, event_id in waiting] == ["case-2/1", "case-1/1", "case-2/2", "case-3/1"]
    assert [e.event_id for _, _, e in store.outbox(2)] == ["case-2/1", "case-1/1"]
    store.acknowledge([waiting[0][0], waiting[2][0]])
    assert [e.event_id for _, _, e in opened.reopen().outbox(10)] == ["case-1/1", "case-3/1"]


def test_an_event_for_two_topics_waits_once_for_each(store: EventStore) -> None:
    batch = appended(event("case-1", 1))
    batch.outbox.append(("department.police", "case-1", 1))
    commit(store, batch)
    assert [(topic, e.event_id) for _, topic, e in store.outbox(10)] == [
        (TOPIC, "case-1/1"),
        ("department.police", "case-1/1"),
    ]


def test_a_kept_answer_is_found_under_its_scope_until_it_is_forgotten(store: EventStore) -> None:
    commit(store, Batch(answer=answer("old", AT)))
    commit(store, Batch(answer=answer("new", LATER)))
    assert store.kept_answer("old") == answer("old", AT)
    assert store.kept_answer("unknown") is None
    assert store.forget_answers(LATER) == 1
    assert store.kept_answer("old") is None
    assert store.kept_answer("new") == answer("new", LATER)


def test_the_journal_counts_each_stream_and_gives_back_only_what_it_keeps_with_bytes(store: EventStore) -> None:
    first, second, other = event("pupil-2", 1), event("pupil-2", 2), event("pupil-1", 1)
    commit(store, Batch(received=[Received(envelope=first, topic="roll")]))
    commit(store, Batch(received=[Received(envelope=other, topic="roll")]))
    _, between = store.positions()
    commit(store, Batch(received=[Received(envelope=second, topic="roll", without_bytes=True)]))
    with store.transaction() as transaction:
        assert transaction.received_version("pupil-2") == 2
        assert transaction.received_version("pupil-9") == 0
    third = event("pupil-2", 3)
    commit(store, Batch(received=[Received(envelope=third, topic="roll")]))
    assert list(store.walk_received()) == [other, first, third]
    assert list(store.walk_received(until=between)) == [other, first]
    assert list(store.walk_received(after=between)) == [third]


def test_a_position_moves_only_with_the_effect_of_its_message(store: EventStore) -> None:
    commit(store, Batch(offsets={("roll", 0): Position(5, "life"), ("roll", 1): Position(9, "life")}))
    with pytest.raises(VersionConflict):
        commit(store, Batch(offsets={("roll", 0): Position(6, "life")}, expected={"case-1": 1}))
    commit(store, Batch(offsets={("roll", 1): Position(2, "next life")}))
    found = [store.bus_position("roll", partition) for partition in range(3)]
    assert found == [Position(5, "life"), Position(2, "next life"), Position()]
    assert store.bus_positions() == {("roll", 0): 5, ("roll", 1): 2}


def test_a_lost_place_stays_until_its_topic_was_said_again(store: EventStore) -> None:
    from_the_first, from_later, of_another = lost("roll", 0), lost("roll", 1, now=7), lost("care", 0)
    commit(store, Batch(lost=[from_later, of_another, from_the_first]))
    assert store.lost_places() == [of_another, from_the_first, from_later]
    assert store.backlog()["lost_places"] == 3
    earlier = "2026-09-08T01:00:00.000000Z"
    commit(store, Batch(said_again={"roll": earlier}))  # before the place was lost: what stood before offset 7 may be missing
    assert store.lost_places() == [of_another, from_later]
    again = msgspec.structs.replace(from_later, found_at=LATER)
    commit(store, Batch(lost=[again]))
    assert store.lost_places() == [of_another, again]
    commit(store, Batch(said_again={"roll": AT}))
    assert store.lost_places() == [of_another, again]
    commit(store, Batch(said_again={"roll": LATER}))
    assert store.lost_places() == [of_another]


def test_the_whole_log_goes_into_the_outbox_again_in_its_order(store: EventStore) -> None:
    first = append(store, "case-1", 2)
    second = append(store, "case-2", 1)
    third = append(store, "case-1", 1)
    store.acknowledge([number for number, _, _ in store.outbox(10)][:3])
    assert store.requeue("department") == 4
    waiting = [(topic, e) for _, topic, e in store.outbox(10)]
    assert waiting == [(TOPIC, third[0]), *(("department", e) for e in (*first, *second, *third))]


def test_timers_fall_due_in_order_and_are_moved_and_withdrawn(store: EventStore) -> None:
    commit(store, Batch(timers={name: timer(name, due) for name, due in (("b", AT), ("a", AT), ("c", LATER))}))
    assert [t.timer_id for t in store.due_timers(AT, 10)] == ["a", "b"]
    assert [t.timer_id for t in store.due_timers(AT, 1)] == ["a"]
    assert store.next_due() == AT
    commit(store, Batch(timers={"a": None, "b": timer("b", LATER), "unknown": None}))
    assert store.due_timers(AT, 10) == []
    assert [t.timer_id for t in store.due_timers(LATER, 10)] == ["b", "c"]
    assert store.next_due() == LATER
    assert [t.timer_id for t in store.timers()] == ["b", "c"]


def test_work_is_offered_until_it_is_done(store: EventStore) -> None:
    commit(store, Batch(work=[work("w1"), work("w2"), work("w3", LATER)]))
    assert [w.work_id for w in store.pending_work(AT, 10)] == ["w1", "w2"]
    commit(store, Batch(work_updates=[work("w1", state="started"), work("w2", state="done")]))
    assert [(w.work_id, w.state) for w in store.pending_work(AT, 10)] == [("w1", "started")]
    commit(store, Batch(work_delays=[("w1", LATER)]))
    assert store.pending_work(AT, 10) == []
    assert [(w.work_id, w.state) for w in store.pending_work(LATER, 1)] == [("w1", "started")]
    assert store.next_due() == LATER


def test_one_question_tells_what_is_to_be_sent_and_when_timers_and_work_fall_due(store: EventStore) -> None:
    assert store.awaited() == Awaited(to_send=False, timer_at=None, work_at=None)
    append(store, "case-1", 1)
    commit(store, Batch(timers={"a": timer("a", LATER)}))
    assert store.awaited() == Awaited(to_send=True, timer_at=LATER, work_at=None)
    store.acknowledge([number for number, _, _ in store.outbox(10)])
    commit(store, Batch(work=[work("w1"), work("w2", LATER)]))
    awaited = store.awaited()
    assert awaited == Awaited(to_send=False, timer_at=LATER, work_at=AT)
    assert (awaited.timer_due(AT), awaited.work_due(AT), awaited.next_due) == (False, True, AT)
    commit(store, Batch(work_updates=[work("w1", state="done")], timers={"a": timer("a")}))
    awaited = store.awaited()
    assert (awaited.timer_due(AT), awaited.work_due(AT), awaited.next_due) == (True, False, AT)


def test_a_piece_of_work_is_taken_up_by_one_worker_only(store: EventStore) -> None:
    commit(store, Batch(work=[work("w1")]))
    taken_up = msgspec.structs.replace(work("w1"), state="started", attempts=1)
    commit(store, Batch(work_claims=[taken_up]))
    with pytest.raises(VersionConflict):
        commit(store, Batch(work_claims=[taken_up]))
    assert store.pending_work(AT, 10) == [taken_up]
    commit(store, Batch(work_claims=[msgspec.structs.replace(taken_up, attempts=2)]))  # its worker has died
    commit(store, Batch(work_updates=[work("w1", state="done")]))
    with pytest.raises(VersionConflict):
        commit(store, Batch(work_claims=[msgspec.structs.replace(taken_up, attempts=3)]))


def test_what_is_parked_waits_in_order_once_and_by_key(store: EventStore) -> None:
    first, second, third = event("pupil-1", 3, key="p1"), event("pupil-2", 1, key="p2"), event("case-1", 1, key="p1")
    commit(store, Batch(parked=[parked(first), parked(second)]))
    commit(store, Batch(parked=[parked(third, "behind-parked"), parked(first, "again")]))
    assert [(p.envelope, p.reason) for p in store.parked()] == [
        (first, "gap"),
        (second, "gap"),
        (third, "behind-parked"),
    ]
    assert [p.envelope for p in store.parked("p1")] == [first, third]
    position = store.parked("p1")[0].position
    commit(store, Batch(parked=[parked(first, "other-reason", position)]))
    assert [p.reason for p in store.parked("p1")] == ["other-reason", "behind-parked"]
    commit(store, Batch(unparked=[position]))
    with store.transaction() as transaction:
        assert transaction.parked_keys() == {"p1", "p2"}
    assert [p.envelope for p in store.parked("p1")] == [third]


def test_walks_go_stream_by_stream_or_in_the_order_of_writing(store: EventStore) -> None:
    append(store, "case-2")
    append(store, "case-1")
    reached, _ = store.positions()
    append(store, "case-2")
    assert [e.event_id for e in store.walk()] == ["case-1/1", "case-2/1", "case-2/2"]
    assert [e.event_id for e in store.walk(["case-2"])] == ["case-2/1", "case-2/2"]
    assert [e.event_id for e in store.walk(until=reached)] == ["case-1/1", "case-2/1"]
    assert [e.event_id for e in store.walk_from(0)] == ["case-2/1", "case-1/1", "case-2/2"]
    assert [e.event_id for e in store.walk_from(reached)] == ["case-2/2"]


def test_a_walk_may_ask_for_some_types_between_two_positions(store: EventStore) -> None:
    append(store, "case-1", 3)
    other = msgspec.structs.replace(event("case-2", 1), type="care.CaseOpened").chained("")
    commit(store, appended(other))
    reached, _ = store.positions()
    append(store, "case-2", 2)
    assert list(store.walk_from(0, types=["care.CaseOpened"])) == [other]
    assert list(store.walk_from(0, types=[])) == []
    assert [e.event_id for e in store.walk_from(0, until=reached)] == ["case-1/1", "case-1/2", "case-1/3", "case-2/1"]
    assert len(list(store.walk_from(reached, types=["care.CaseClosed", "care.CaseOpened"]))) == 2


def test_rows_that_name_an_event_which_is_not_there_are_named(store: EventStore) -> None:
    append(store, "case-1", 2)
    good = Batch(
        work=[work("w1")],
        timers={"case-1/visit": timer("case-1/visit")},
        received=[
            Received(envelope=event("case-1", 1), topic=TOPIC, without_bytes=True),
            Received(envelope=event("pupil-1", 1), topic="roll", without_bytes=True),
        ],
    )
    commit(store, good)
    assert store.names_no_event() == []
    stray = Batch(
        outbox=[(TOPIC, "case-1", 3)],
        work=[msgspec.structs.replace(work("w2"), stream_id="case-2")],
        timers={"case-3/visit": msgspec.structs.replace(timer("case-3/visit"), stream_id="case-3")},
        received=[Received(envelope=event("case-1", 9), topic=TOPIC, without_bytes=True)],
    )
    commit(store, stray)
    _, received = store.positions()
    journal = store.journal_behind(None, until=received, limit=10)
    assert [(row.stream_id, row.version) for row in journal if row.lost] == [("case-1", 9)]
    assert store.names_no_event() == [
        ("outbox", "case-1", 3),
        ("work", "case-2", 1),
        ("timers", "case-3", 1),
    ]


def test_heads_name_the_last_event_of_each_stream_that_grew(store: EventStore) -> None:
    append(store, "case-2")
    (last_of_one,) = append(store, "case-1")
    reached, heads = store.heads_after(0)
    assert heads["case-1"] == (1, last_of_one.hash)
    *_, last = append(store, "case-2", 2)
    assert store.heads_after(reached)[1] == {"case-2": (3, last.hash)}
    assert store.streams() == {"case-1": (1, last_of_one.hash), "case-2": (3, last.hash)}
    assert store.heads_after(store.heads_after(0)[0])[1] == {}


def test_rows_are_replaced_deleted_and_found_by_key_and_by_column(store: EventStore) -> None:
    def put(pupil_id: str, row: dict[str, Any] | None) -> Batch:
        return Batch(rows={("watched", (pupil_id, "e")): (WATCHED, row)})

    for pupil_id in ("p1", "p2", "p3"):
        commit(store, put(pupil_id, watched_row(pupil_id)))
    commit(store, put("p1", watched_row("p1", "suspected")))
    commit(store, put("p2", None))
    with store.transaction() as transaction:
        assert transaction.row(WATCHED, ("p1", "e")) == watched_row("p1", "suspected")
        assert transaction.row(WATCHED, ("p2", "e")) is None
        assert transaction.rows(WATCHED, {"stage": "missing", "episode_id": "e"}) == [watched_row("p3")]


def test_rows_of_one_batch_may_name_their_columns_in_any_order(store: EventStore) -> None:
    turned = dict(reversed(watched_row("p2").items()))
    rows = (("p1", watched_row("p1")), ("p2", turned))
    commit(store, Batch(rows={("watched", (pupil_id, "e")): (WATCHED, row) for pupil_id, row in rows}))
    with store.transaction() as transaction:
        assert transaction.rows(WATCHED, {}) == [watched_row("p1"), watched_row("p2")]


def test_a_column_that_the_table_does_not_have_is_named_and_never_read_as_a_text(store: EventStore) -> None:
    commit(store, Batch(rows={("watched", ("p1", "e")): (WATCHED, watched_row("p1"))}))
    with store.transaction() as transaction, pytest.raises(KeyError):
        transaction.rows(WATCHED, {"stag": "stag"})
    for batch in (
        Batch(rows={("watched", ("p2", "e")): (WATCHED, watched_row("p2") | {"stag": "x"})}),
        Batch(records=[(SUBJECT_KEYS, key_row("p2") | {"stag": "x"})]),
        Batch(deletions=[(WATCHED, {"stag": "stag"})]),
    ):
        with pytest.raises(NotStorable, match="stag"):
            commit(store, batch)
    with store.transaction() as transaction:
        assert transaction.rows(WATCHED, {}) == [watched_row("p1")]


def test_a_row_that_clashes_with_another_on_a_unique_column_is_refused_and_takes_nothing_away(opened: Opened) -> None:
    opened.as_owner("CREATE UNIQUE INDEX one_of_a_stage ON watched (stage)")
    store = opened.store
    commit(store, Batch(rows={("watched", ("p1", "e")): (WATCHED, watched_row("p1"))}))
    with pytest.raises(NotStorable):
        commit(store, Batch(rows={("watched", ("p2", "e")): (WATCHED, watched_row("p2"))}))
    with store.transaction() as transaction:
        assert transaction.rows(WATCHED, {}) == [watched_row("p1")]


def test_the_timers_of_some_streams_and_the_streams_that_have_some_are_found_in_slices(store: EventStore) -> None:
    """The order between streams is the adapter's own, but stays the same, so that a walk in slices meets each once."""
    names = ["case-1", "case-10", "case-2", "pupil-é", "pupil-学"]
    timers = [msgspec.structs.replace(timer(f"{name}/{purpose}"), stream_id=name) for name in names for purpose in ("a", "b")]
    commit(store, Batch(timers={each.timer_id: each for each in timers}))
    assert [each.timer_id for each in store.timers(["case-1", "case-2"])] == ["case-1/a", "case-1/b", "case-2/a", "case-2/b"]
    assert store.timers([]) == []
    assert sorted(in_slices(store.streams_with_timers)) == sorted(names)


def test_the_streams_of_a_kind_are_found_in_slices(store: EventStore) -> None:
    names = ["case-1", "case-10", "case-2", "case-~", "case-学", "casework-1", "cas", "class_term-1"]
    for name in names:
        append(store, name, 3)
    found = in_slices(lambda after, limit: store.streams_named("case-", after, limit))
    assert sorted(found) == sorted(["case-1", "case-10", "case-2", "case-~", "case-学"])
    assert store.streams_named("pupil-", "", 10) == []


def in_slices(names: Callable[[str, int], list[str]], limit: int = 2) -> list[str]:
    """What a walk in slices meets."""
    met: list[str] = []
    while some := names(met[-1] if met else "", limit):
        assert len(some) <= limit
        met += some
    return met


def test_a_timer_that_is_put_off_keeps_when_it_was_due(store: EventStore) -> None:
    commit(store, Batch(timers={"a": msgspec.structs.replace(timer("a"), not_before=LATER)}))
    assert store.due_timers(AT, 10) == []
    assert store.next_due() == LATER
    assert [t.due_at for t in store.due_timers(LATER, 10)] == [AT]


def test_a_discarded_event_stays_in_the_journal_and_is_read_only_where_it_is_asked_for(store: EventStore) -> None:
    first, second = event("pupil-1", 1), event("pupil-1", 2)
    commit(store, Batch(received=[Received(envelope=first, topic="roll", discarded=True)]))
    commit(store, Batch(received=[Received(envelope=second, topic="roll")]))
    assert list(store.walk_received()) == [second]
    assert list(store.walk_received(discarded=True)) == [first, second]


def test_only_one_rebuilds_at_a_time(store: EventStore) -> None:
    with store.rebuilding() as first, store.rebuilding() as second:
        assert (first, second) == (True, False)
    with store.rebuilding() as third:
        assert third


def test_records_are_inserted_and_removed_with_the_events_that_cite_them(store: EventStore) -> None:
    batch = appended(event("case-1", 1))
    batch.records += [(SUBJECT_KEYS, key_row("p1")), (SUBJECT_KEYS, key_row("p2"))]
    commit(store, batch)
    commit(store, Batch(deletions=[(SUBJECT_KEYS, {"subject_id": "p1", "suite": "s"})]))
    with store.transaction() as transaction:
        assert transaction.row(SUBJECT_KEYS, "p1") is None
        assert transaction.row(SUBJECT_KEYS, "p2") == key_row("p2")


def test_one_batch_adds_records_to_a_table_and_removes_others_from_it(store: EventStore) -> None:
    commit(store, Batch(records=[(SUBJECT_KEYS, key_row("p1")), (SUBJECT_KEYS, key_row("p2"))]))
    commit(store, Batch(records=[(SUBJECT_KEYS, key_row("p3"))], deletions=[(SUBJECT_KEYS, {"subject_id": "p1"})]))
    with store.transaction() as transaction:
        assert [transaction.row(SUBJECT_KEYS, each) is not None for each in ("p1", "p2", "p3")] == [False, True, True]


def test_the_bytes_of_an_event_come_back_as_they_were_hashed(opened: Opened) -> None:
    odd = '{ "name" : "䶮·𠮷",\r\n "n": 1.0 }'.encode() + bytes(range(256))
    commit(opened.store, appended(event("case-1", 1, data=odd)))
    (stored,) = opened.reopen().walk()
    assert stored == event("case-1", 1, data=odd)


def test_queries_see_a_commit_as_soon_as_it_has_returned(store: EventStore) -> None:
    commit(store, Batch(rows={("watched", ("p1", "e")): (WATCHED, watched_row("p1"))}))
    with store.engine.connect() as connection:
        assert connection.execute(WATCHED.select()).one() == ("p1", "e", "missing", 1)
        assert connection.execute(CASES.select()).all() == []


def put_watched(store: EventStore, *pupil_ids: str) -> None:
    for pupil_id in pupil_ids:
        commit(store, Batch(rows={("watched", (pupil_id, "e")): (WATCHED, watched_row(pupil_id))}))


def values(pupil_id: str, stage: str = "missing") -> tuple[Any, ...]:
    return (pupil_id, "e", stage, 1)


def watched(store: EventStore) -> list[tuple[Any, ...]]:
    with store.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(WATCHED.select().order_by(WATCHED.c.pupil_id))]


COLUMNS = ("pupil_id", "episode_id", "stage", "events")


def test_rows_that_grew_beside_a_table_take_its_place_at_once(store: EventStore) -> None:
    put_watched(store, "p1", "p2")
    with store.beside([WATCHED, CASES]) as beside:
        beside.write(WATCHED, COLUMNS, [values("p2"), values("p3"), values("p4")])
        assert watched(store) == [values("p1"), values("p2")]
        with beside.swapping():
            beside.remove(WATCHED, [("p4", "e"), ("p9", "e")])
            beside.write(WATCHED, COLUMNS, [values("p4", "back")])
            assert watched(store) == [values("p1"), values("p2")]
        assert watched(store) == [values("p2"), values("p3"), values("p4", "back")]
    put_watched(store, "p5")
    assert [row[0] for row in watched(store)] == ["p2", "p3", "p4", "p5"]


def test_a_swap_that_fails_and_a_rebuild_that_is_left_change_nothing(store: EventStore) -> None:
    def fail() -> None:
        with store.beside([WATCHED]) as beside:
            beside.write(WATCHED, COLUMNS, [values("p2")])
            with beside.swapping():
                raise ZeroDivisionError

    put_watched(store, "p1")
    with pytest.raises(ZeroDivisionError):
        fail()
    with store.beside([WATCHED]) as beside:
        beside.write(WATCHED, COLUMNS, [values("p3")])
    assert watched(store) == [values("p1")]
    append(store, "case-1")
    with store.beside([WATCHED]) as beside, beside.swapping():
        pass
    assert watched(store) == []


def test_while_rows_are_swapped_nobody_else_writes(store: EventStore) -> None:
    order: list[str] = []
    begun = threading.Event()

    def write() -> None:
        begun.set()
        append(store, "case-1")
        order.append("written")

    other = threading.Thread(target=write)
    with store.beside([WATCHED]) as beside, beside.swapping():
        other.start()
        assert begun.wait(5)
        other.join(0.05)
        order.append("swapped")
        assert list(store.walk()) == []
    other.join()
    assert order == ["swapped", "written"]


def test_an_answer_is_kept_once_under_a_scope_until_it_is_forgotten(store: EventStore) -> None:
    commit(store, appended(event("case-1", 1)))
    first = Batch(answer=answer("post:1"))
    commit(store, first)
    second = appended(event("case-1", 2))
    second.answer = answer("post:1", LATER)
    with pytest.raises(VersionConflict):
        commit(store, second)
    assert store.kept_answer("post:1") == first.answer
    assert [e.version for e in store.walk()] == [1]
    assert store.forget_answers(LATER) == 1
    commit(store, second)
    assert store.kept_answer("post:1") == second.answer


def test_the_one_who_relays_stays_the_one(opened: Opened) -> None:
    assert opened.store.leads()
    assert opened.store.leads()
    assert opened.reopen().leads()


def test_the_backlog_counts_what_waits(store: EventStore) -> None:
    assert store.backlog() == {"outbox": 0, "work": 0, "parked": 0, "timers": 0, "lost_places": 0}
    assert store.next_due() is None
    commit(store, full_batch())
    assert store.backlog() == {"outbox": 1, "work": 1, "parked": 1, "timers": 1, "lost_places": 1}

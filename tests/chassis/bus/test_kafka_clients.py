"""What a client of Kafka knows of its topics, and when that is as new as the question."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from kafka import errors
from kafka.future import Future

from services.chassis.bus.kafka_clients import topics_told

NOT_THERE = errors.UnknownTopicOrPartitionError("topic")


@dataclass
class Cluster:
    """A client's knowledge, which answers at once, or says nothing."""

    metadata_refresh_in_progress: bool = False
    answers: list[Exception | None] = field(default_factory=list)
    asked: int = 0

    def request_update(self) -> Future:
        self.asked += 1
        future = Future()
        if self.answers:
            trouble = self.answers.pop(0)
            _ = future.success(self) if trouble is None else future.failure(trouble)
        return future


@pytest.mark.parametrize(("under_way", "questions"), [(False, 1), (True, 2)])
def test_an_answer_to_a_question_that_was_under_way_before_counts_for_nothing(under_way: bool, questions: int) -> None:
    cluster = Cluster(under_way, [None, None])
    assert topics_told(cluster, 1.0)
    assert cluster.asked == questions


@pytest.mark.parametrize(
    ("answers", "told"),
    [([NOT_THERE], True), ([errors.KafkaConnectionError()], False), ([], False)],
    ids=["gone", "away", "silent"],
)
def test_that_a_topic_is_not_there_is_an_answer_and_that_nobody_speaks_is_none(answers: list[Exception | None], told: bool) -> None:
    assert topics_told(Cluster(answers=answers), 0.01) is told

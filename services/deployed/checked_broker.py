"""Whether the bootstrap has found the broker to be this deployment's: until then a worker neither sends nor hears."""

from __future__ import annotations

from services.chassis.bus.kafka_settings import KafkaSettings
from services.chassis.bus.kafka_trouble import Sentence, sentence
from services.chassis.errors import BusUnavailable
from services.deployed.sessions import session
from services.deployed.settings import DatabaseSettings

NOT_CHECKED: Sentence = (
    (
        "尚未核对 {where} 的 Kafka 是否属于本部署（首次启动、恢复备份或换用 Kafka 之后需要核对）。在此之前不收发消息，"
        "事件都留在数据库中；Kafka 恢复后运行 `docker compose up --wait`。"
    ),
    (
        "It has not been looked at yet whether Kafka at {where} is this deployment's, as is needed at the first start, after a"
        " restore, and for another Kafka. Until then nothing is sent or heard, and events wait in the database; once Kafka is up,"
        " run `docker compose up --wait`."
    ),
)


def said_not_checked(broker: KafkaSettings) -> tuple[str, str]:
    """What it means and what to do, in Chinese and English."""
    zh, en = sentence(NOT_CHECKED, where=broker.where).split("\n")
    return zh, en


class BrokerNotChecked(BusUnavailable):
    """The bootstrap has not seen this broker beside these data: it may tell what is another deployment's, or never happened."""


class CheckedBroker:
    """Asks the service's database before the bus is used for the first time, and again until it stands there."""

    def __init__(self, database: DatabaseSettings, broker: KafkaSettings) -> None:
        self._database = database
        self._broker = broker
        self._found = False

    def must_be(self) -> None:
        """Raises BrokerNotChecked, and what the store raises."""
        if not self._found and not is_checked(self._database, self._broker):
            raise BrokerNotChecked(sentence(NOT_CHECKED, where=self._broker.where))
        self._found = True


def is_checked(database: DatabaseSettings, broker: KafkaSettings) -> bool:
    """Whether it stands in a service's database that the broker is ours; raises StoreBusy."""
    with session(database) as connection:
        return connection.execute("SELECT 1 FROM checked_brokers WHERE broker = %s", (broker.broker,)).fetchone() is not None

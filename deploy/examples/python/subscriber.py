"""A department's system in one page: hears its duties on Kafka, looks each up through the API, acknowledges and completes it.

Run:  FUXUE_TOPIC=department.public_security.990126 FUXUE_CLIENT_ID=department.public_security.990126.desk … python subscriber.py
What it needs is read below, in `Settings`. docs/subscribing.md says what is promised.
"""

from __future__ import annotations

import atexit
import base64
import json
import os
import signal
import sqlite3
import ssl
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import quote_plus

from kafka import KafkaConsumer  # type: ignore[import-untyped]  # kafka-python has no types
from kafka.errors import KafkaError  # type: ignore[import-untyped]

PASSING = {408, 425, 429, 500, 502, 503, 504}
"""What passes by itself: asked again, with the same Idempotency-Key."""

_OF_A_DUTY = ("Assigned", "Acknowledged", "Completed", "Declined", "Excused", "Returned", "Overdue", "Escalated", "Withdrawn")
_OF_A_REPORT = ("Opened", "Acknowledged", "Reminded", "Escalated", "Answered", "Recalled", "Changed", "Withdrawn")
DUTIES = {f"cn.fuxue.department.Duty{what}.v1" for what in _OF_A_DUTY}
TO_ANSWER = {f"cn.fuxue.department.Duty{what}.v1" for what in ("Assigned", "Returned")}
REPORTS = {f"cn.fuxue.department.MandatoryReport{what}.v1" for what in _OF_A_REPORT}


class Settings:
    """From the environment; secrets from files."""

    api = os.environ["FUXUE_API"]  # https://fuxue.county.example
    broker = os.environ["FUXUE_BROKER"]  # fuxue.county.example:9094
    prefix = os.environ.get("FUXUE_KAFKA_PREFIX", "")  # of topic, user and group, where deployments share a broker
    topic = prefix + os.environ["FUXUE_TOPIC"]  # department.<department>.<division>, also the broker's user
    client_id = os.environ["FUXUE_CLIENT_ID"]  # the topic without the prefix, a dot, a name
    group = prefix + client_id
    broker_password = Path(os.environ["FUXUE_BROKER_PASSWORD_FILE"]).read_text().strip()
    client_secret = Path(os.environ["FUXUE_CLIENT_SECRET_FILE"]).read_text().strip()
    ca_file = os.environ["FUXUE_CA_FILE"]
    state_file = os.environ.get("FUXUE_STATE_FILE", "subscriber.sqlite")


class Api:
    """The API as the department's own officer: renews its token, and asks again what failed on the way."""

    def __init__(self) -> None:
        self._tls = ssl.create_default_context(cafile=Settings.ca_file)
        self._token, self._until = "", 0.0

    def call(self, method: str, path: str, body: Any = None, *, key: str = "", trace: str = "") -> tuple[int, Any]:
        """Status and JSON of an answer below 500; `key` makes a repeated POST the same act."""
        for attempt in range(1, 9):
            headers = {
                "Authorization": f"Bearer {self._fresh_token()}",
                "Content-Type": "application/json",
                "Accept-Language": "zh",
            }
            headers |= {"Idempotency-Key": key} if key else {}
            headers |= {"traceparent": trace} if trace else {}
            status, answer, wait = self._send(method, path, headers, None if body is None else json.dumps(body).encode())
            if status == 401:
                self._until = 0.0  # withdrawn before its time: get another
            elif status not in PASSING and not (status == 409 and answer.get("code") == "request-still-running"):
                return status, answer
            time.sleep(wait or min(2**attempt / 4, 30))
        raise SystemExit(f"{method} {path} did not come through; started again, this program goes on where it was")

    def _fresh_token(self) -> str:
        while time.monotonic() >= self._until:
            pair = f"{quote_plus(Settings.client_id)}:{quote_plus(Settings.client_secret)}"
            basic = {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
            basic["Content-Type"] = "application/x-www-form-urlencoded"
            status, answer, wait = self._send("POST", "/identity/token", basic, b"grant_type=client_credentials")
            if status == 200:
                self._token, self._until = answer["access_token"], time.monotonic() + answer["expires_in"] * 0.8
            elif status in PASSING:
                time.sleep(wait or 2)
            else:
                raise SystemExit(f"no token: {answer.get('error')}, {answer.get('error_description')}")
        return self._token

    def _send(self, method: str, path: str, headers: dict[str, str], body: bytes | None) -> tuple[int, Any, float]:
        """Status, JSON, seconds to wait; 503 where the API was not reached."""
        request = urllib.request.Request(Settings.api + path, body, headers, method=method)  # noqa: S310  our own address
        try:
            with urllib.request.urlopen(request, timeout=30, context=self._tls) as response:  # noqa: S310  the same
                return response.status, json.load(response), 0.0
        except urllib.error.HTTPError as refused:
            is_json = "json" in refused.headers.get("Content-Type", "")
            return refused.code, json.load(refused) if is_json else {}, float(refused.headers.get("Retry-After", 0))
        except OSError:
            return 503, {}, 0.0


def your_own_system(duty: dict[str, Any]) -> str:
    """Here your department does its work; this example answers with the first finding of the list."""
    return str(duty["findings"][0]["code"])


def alarm(kind: str) -> None:
    """Here your department alarms the officer on duty: a child may be in danger. A person answers a report, never a program."""
    print(f"  the officer on duty has to look into Fuxue now: {kind}")


def answer(api: Api, message_id: str, trace: str, duty_id: str) -> None:
    """Look the duty up as it stands now, acknowledge it, and complete it; keys follow from the message, so repeats do nothing."""
    status, duty = api.call("GET", f"/casework/duties/{duty_id}", trace=trace)
    if status != 200:
        print(f"  cannot be looked up: {duty.get('detail')}")
        return
    print(f"  {duty['number']} {duty['kind_zh']} · {duty['kind_en']}, due {duty['due_on']}, {duty['status']}")
    path = f"/casework/duties/{duty_id}"
    for act, body in ((":acknowledge", None), (":complete", {"finding": your_own_system(duty)})):
        if duty["status"] not in ("assigned", "acknowledged", "returned"):
            return  # answered or withdrawn meanwhile
        status, done = api.call("POST", path + act, body, key=f"{message_id}{act}", trace=trace)
        print(f"  {act[1:]}: {done['status'] if status == 200 else done.get('detail')}")


def connected() -> Any:
    """A reader on the department's topic; ends the program where the broker does not let it in."""
    try:
        return KafkaConsumer(
            Settings.topic,
            bootstrap_servers=Settings.broker,
            security_protocol="SASL_SSL",
            sasl_mechanism="SCRAM-SHA-512",
            sasl_plain_username=Settings.topic,
            sasl_plain_password=Settings.broker_password,
            ssl_cafile=Settings.ca_file,
            group_id=Settings.group,
            auto_offset_reset="earliest",
            enable_auto_commit=False,
        )
    except KafkaError as trouble:
        raise SystemExit(
            f"the broker {Settings.broker} has let nobody in ({trouble}): look at its address, at the CA in {Settings.ca_file},"
            f" at the user {Settings.topic} and its password"
        ) from trouble


def main() -> NoReturn:
    """Read from where this program was, in order; what was handled is kept before the place on the topic is."""
    state = sqlite3.connect(Settings.state_file, isolation_level=None)
    state.execute("CREATE TABLE IF NOT EXISTS heard (message_id TEXT PRIMARY KEY, epoch TEXT NOT NULL)")
    api = Api()
    consumer = connected()
    atexit.register(consumer.close)  # leaves the group at once: who is started again need not wait until this one is missed
    for told_to_end in (signal.SIGINT, signal.SIGTERM):
        signal.signal(told_to_end, lambda *_: sys.exit(0))
    print(f"hears {Settings.topic} at {Settings.broker}", file=sys.stderr)
    while True:
        for messages in consumer.poll(timeout_ms=500).values():
            for message in messages:
                header = {name: value.decode() for name, value in message.headers}
                kind, duty_id, message_id = header["ce_type"], header["ce_subject"], header["ce_id"]
                epoch, line = header.get("ce_epoch", ""), f"{kind} {duty_id} {header['ce_sequence']}"
                row = state.execute("SELECT epoch FROM heard WHERE message_id = ?", (message_id,)).fetchone()
                print(f"{line}: {message.value.decode() if row is None else 'a repeat'}")
                if row == (epoch,):
                    continue
                # A repeat in another epoch: the county was restored, and may have lost what we answered. Then it is answered again.
                if kind not in DUTIES | REPORTS:
                    raise SystemExit(f"{kind} came after this program was written: nothing is passed over, so it stops here")
                if kind in REPORTS:
                    alarm(kind)
                if kind in TO_ANSWER:
                    answer(api, message_id, header.get("ce_traceparent", ""), duty_id)
                state.execute("INSERT OR REPLACE INTO heard VALUES (?, ?)", (message_id, epoch))
        consumer.commit()


if __name__ == "__main__":
    main()

"""Each broker and the gateway as the doctor sees them: addresses given out, certificates shown, room on the brokers' disks."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.chassis.bus.kafka_inspection import Broker, Disk
from services.chassis.bus.kafka_settings import KafkaSettings
from services.chassis.errors import BusUnavailable
from services.deployed.doctor import Finding, State, broker, certificates, outside
from services.deployed.doctor.broker import each_broker
from services.deployed.doctor.certificates import Trust, gateway_certificates, to_be_shown
from services.deployed.doctor.outside import address_outside, means_each_itself
from tests.deployed.findings import seen
from tests.deployed.listener import authority, imported, issue, listening

GATEWAY = "127.0.0.1"


@pytest.mark.parametrize(
    ("name", "so"),
    [("localhost", True), ("127.0.0.1", True), ("127.1.2.3", True), ("[::1]", True), ("kafka", False), ("10.1.2.3", False)],
)
def test_a_loopback_address_means_each_machine_itself(name: str, so: bool) -> None:
    assert means_each_itself(name) is so


def at_loopback(monkeypatch: pytest.MonkeyPatch, port: int, trust: Trust) -> list[Finding]:
    """What is found at an address that means each machine itself, where nobody listens: the doctor's container is no broker."""
    monkeypatch.setattr(outside, "PORT_FOR_OUTSIDE", port)
    return list(address_outside("broker", "localhost:1", "127.0.0.1", trust))


FROM_OUTSIDE, CERTIFICATE = "broker from outside localhost:1", "certificate of broker"


def test_at_a_loopback_address_the_broker_is_asked_where_it_is_and_a_warning_says_that_nobody_else_can_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusted = authority(tmp_path)
    key, certificate = issue(tmp_path, "localhost")
    with listening(key, certificate) as port:
        found = at_loopback(monkeypatch, port, Trust.of(trusted, certificate))
    assert seen(iter(found)) == [(FROM_OUTSIDE, State.WARNING), (CERTIFICATE, State.WELL)]


def test_a_loopback_address_for_which_the_broker_has_no_certificate_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusted = authority(tmp_path)
    key, certificate = issue(tmp_path, "kafka")
    with listening(key, certificate) as port:
        (finding,) = at_loopback(monkeypatch, port, Trust.of(trusted, certificate))
    assert finding.state is State.WRONG
    assert "localhost" in finding.what.en
    assert finding.remedy is not None
    assert "FUXUE_TLS_NAMES" in finding.remedy.en


@pytest.mark.parametrize("names", [("elsewhere.example",), ("broker.example",)])
def test_an_address_from_outside_is_well_only_with_a_certificate_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...]
) -> None:
    trusted = authority(tmp_path)
    connect = certificates.socket.create_connection
    key, certificate = issue(tmp_path, *names)
    with listening(key, certificate) as port:
        monkeypatch.setattr(certificates.socket, "create_connection", lambda _place, seconds: connect(("127.0.0.1", port), seconds))
        found = seen(address_outside("broker", "broker.example:9094", "kafka", Trust.of(trusted, certificate)))
    state = State.WELL if names == ("broker.example",) else State.WRONG
    assert {each for _, each in found} == {state}


def test_an_imported_certificate_that_is_to_be_shown_does_and_no_other_of_its_authority(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusted = authority(tmp_path)
    key, certificate = imported(tmp_path, "localhost")
    with listening(key, certificate) as port:
        does = at_loopback(monkeypatch, port, Trust.of(trusted, certificate))
        does_not = at_loopback(monkeypatch, port, Trust.of(trusted, issue(tmp_path, "localhost")[1]))
    assert seen(iter(does)) == [(FROM_OUTSIDE, State.WARNING), (CERTIFICATE, State.WELL)]
    assert seen(iter(does_not)) == [(FROM_OUTSIDE, State.WRONG)]


@pytest.mark.parametrize("address", ["nobody.invalid:9094", "broker.example", "localhost:9094"])
def test_an_address_where_nothing_answers_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setattr(outside, "PORT_FOR_OUTSIDE", 1)
    trusted = authority(tmp_path)
    found = seen(address_outside("broker", address, "127.0.0.1", Trust.of(trusted, trusted)))
    assert found == [(f"broker from outside {address}", State.WRONG)]


@pytest.mark.parametrize(("days", "state"), [(397, State.WELL), (31, State.WELL), (29, State.WARNING)])
def test_a_brokers_certificate_is_looked_at_for_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: int, state: State
) -> None:
    trusted = authority(tmp_path)
    key, certificate = issue(tmp_path, "localhost", days=days + 1)
    with listening(key, certificate) as port:
        _, end = at_loopback(monkeypatch, port, Trust.of(trusted, certificate))
    assert (end.subject, end.state) == (CERTIFICATE, state)


def test_a_brokers_certificate_that_has_ended_is_renewed_and_not_given_other_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusted = authority(tmp_path)
    key, certificate = issue(tmp_path, "localhost", days=0)
    with listening(key, certificate) as port:
        (ended,) = at_loopback(monkeypatch, port, Trust.of(trusted, certificate))
    assert (ended.subject, ended.state) == (FROM_OUTSIDE, State.WRONG)
    assert "expired" in ended.what.en
    assert_shown_anew(ended)


def assert_shown_anew(finding: Finding) -> None:
    """The one remedy of certificates: handed out, then gateway and every broker show it."""
    assert finding.remedy is not None
    for words in ("docker compose run --rm secrets", "docker compose restart gateway kafka", "kafka-2 kafka-3"):
        assert words in finding.remedy.zh
        assert words in finding.remedy.en


def three_that_give_out(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Three brokers are up, each of which gives out its own of these addresses."""
    up = [Broker(number, "127.0.0.1", {"EXTERNAL": given}) for number, given in enumerate(addresses, start=1)]
    monkeypatch.setattr(broker, "brokers", lambda _settings: up)


SOMEWHERE = KafkaSettings(servers=("nobody:1",))


def test_while_no_broker_is_up_their_address_outside_is_not_to_blame(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_settings: KafkaSettings) -> list[Broker]:
        raise BusUnavailable("away")

    monkeypatch.setattr(broker, "brokers", away)
    trusted = authority(tmp_path)
    assert seen(each_broker(SOMEWHERE, "localhost:9094", Trust.of(trusted, trusted))) == []


def test_address_and_certificate_of_every_broker_are_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trusted = authority(tmp_path)
    three_that_give_out(monkeypatch, "localhost:9094", "localhost:9095", "nobody.invalid:9096")
    key, certificate = issue(tmp_path, "localhost")
    with listening(key, certificate) as port:
        monkeypatch.setattr(outside, "PORT_FOR_OUTSIDE", port)
        assert seen(each_broker(SOMEWHERE, "localhost:9094", Trust.of(trusted, certificate))) == [
            ("broker 1 from outside localhost:9094", State.WARNING),
            ("certificate of broker 1", State.WELL),
            ("broker 2 from outside localhost:9095", State.WARNING),
            ("certificate of broker 2", State.WELL),
            ("broker 3 from outside nobody.invalid:9096", State.WRONG),
        ]


def test_an_address_that_no_broker_gives_out_is_found_with_what_they_give_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusted = authority(tmp_path)
    three_that_give_out(monkeypatch, "former.example:9094", "former.example:9095", "former.example:9096")
    (finding,) = each_broker(SOMEWHERE, "broker.example:9094", Trust.of(trusted, trusted))
    assert (finding.subject, finding.state) == ("broker from outside broker.example:9094", State.WRONG)
    assert "1: former.example:9094" in finding.what.en


def test_brokers_that_give_out_the_same_address_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trusted = authority(tmp_path)
    three_that_give_out(monkeypatch, "localhost:9094", "localhost:9095", "localhost:9095")
    with listening(*issue(tmp_path, "localhost")) as port:
        monkeypatch.setattr(outside, "PORT_FOR_OUTSIDE", port)
        found = seen(each_broker(SOMEWHERE, "localhost:9094", Trust.of(trusted, trusted)))
    same = [each for each in found if each[0].endswith(":9095")]
    assert same == [(f"broker {number} from outside localhost:9095", State.WRONG) for number in (2, 3)]


@pytest.mark.parametrize(
    ("disk", "state"),
    [
        (Disk("/data", 10, 100), State.WELL),
        (Disk("/data", 9, 100), State.WARNING),
        (Disk("/data", 1, 100), State.WRONG),
        (Disk("/data", 90, 100, out_of_use=True), State.WRONG),
        (Disk("/data", -1, -1), State.WARNING),
    ],
)
def test_the_disk_of_every_broker_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, disk: Disk, state: State) -> None:
    trusted = authority(tmp_path)
    up = [Broker(number, "127.0.0.1", {}, (disk,)) for number in (1, 2)]
    monkeypatch.setattr(broker, "brokers", lambda _settings: up)
    found = seen(each_broker(SOMEWHERE, "localhost:9094", Trust.of(trusted, trusted)))
    assert found[-2:] == [(f"disk of broker {number}", state) for number in (1, 2)]


# --- the gateway's certificates -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "state"), [(397, State.WELL), (31, State.WELL), (29, State.WARNING), (0, State.WRONG)])
def test_the_gateways_certificates_are_looked_at_for_their_end(tmp_path: Path, days: int, state: State) -> None:
    authority(tmp_path)
    # of the day that begins now, some seconds are gone when it is looked at
    key, certificate = issue(tmp_path, "localhost", days=days + 1 if days else 0)
    with listening(key, certificate) as port:
        found = list(gateway_certificates(GATEWAY, port, ("localhost",), to_be_shown(certificate)))
    assert seen(iter(found)) == [("certificate", state), ("certificate inside", state)]
    if state is not State.WELL:
        for each in found:
            assert_shown_anew(each)


def test_a_certificate_that_was_renewed_and_is_not_shown_yet_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trusted = authority(tmp_path)
    former = issue(tmp_path, "localhost", days=59)
    with listening(*former) as port:  # which has read it, and goes on with it
        renewed = Trust.of(trusted, issue(tmp_path, "localhost")[1])
        _, at_gateway, _ = gateway_certificates(GATEWAY, port, ("localhost",), renewed.expected)
        _, _, at_broker = at_loopback(monkeypatch, port, renewed)
    for each in (at_gateway, at_broker):
        assert (each.state, "a former one" in each.what.en) == (State.WARNING, True)
        assert_shown_anew(each)


def test_names_that_the_certificate_lacks_are_found(tmp_path: Path) -> None:
    authority(tmp_path)
    key, certificate = issue(tmp_path, "localhost")
    with listening(key, certificate) as port:
        names = ("localhost", "fuxue.county.example")
        _, absent, _ = gateway_certificates(GATEWAY, port, names, to_be_shown(certificate))
    assert (absent.state, "fuxue.county.example" in absent.what.en) == (State.WARNING, True)
    assert_shown_anew(absent)


def test_a_deployment_that_has_handed_out_no_certificate_is_told_so(tmp_path: Path) -> None:
    authority(tmp_path)
    with listening(*issue(tmp_path, "localhost")) as port:
        none, *_ = gateway_certificates(GATEWAY, port, ("localhost",), to_be_shown(tmp_path / "shown.crt"))
    assert (none.state, "handed out none" in none.what.en) == (State.WARNING, True)


def test_a_gateway_that_shows_no_certificate_is_found(tmp_path: Path) -> None:
    expected = to_be_shown(authority(tmp_path))
    assert seen(gateway_certificates(GATEWAY, 1, (), expected)) == [("certificate", State.WRONG)]

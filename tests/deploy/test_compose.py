"""The compose file and its overlays: valid together, hardened throughout, and told by example.env."""

from __future__ import annotations

import re
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from services.chassis.spreadsheets.workbooks import CHILD_MEMORY_BYTES
from services.contracts.services import SERVICES
from services.version import VERSION
from tests.deploy.compose import BASE, COMBINATIONS, LOCAL, OFFICIAL, OVERLAYS, PER_SERVICE, ROOT, THREE_BROKERS, resolved

VARIABLE = re.compile(r"\$\{([A-Z][A-Z_0-9]*)(?::-((?:[^{}]|\$\{[^}]*\})*))?\}")
COMPOSE_READS = {"COMPOSE_FILE", "COMPOSE_PROFILES"}
ROOTS = dict.fromkeys(("secrets", "restore"), frozenset({"CHOWN", "DAC_OVERRIDE", "FOWNER"}))
"""Who may run as root, with which capabilities: they hand files to the users that read them, and reach no network."""

SECRET_NAME = re.compile(r"PASSWORD|SECRET|KEY|CODE|CLIENTS")


def used() -> dict[str, set[str]]:
    """Every variable of the files, with the defaults that it has in them."""
    found: dict[str, set[str]] = {}
    for name in (BASE, *OVERLAYS):
        for variable, default in VARIABLE.findall((ROOT / name).read_text()):
            found.setdefault(variable, set()).add(default)
    return found


def told() -> dict[str, tuple[str, str]]:
    """What example.env says: for each variable the line before it and its value."""
    lines = (ROOT / "deploy" / "example.env").read_text().splitlines()
    assigned = [(before, *line[1:].split("=", 1)) for before, line in pairwise(lines) if re.match(r"#[A-Z][A-Z_0-9]*=", line)]
    return {name: (before, value) for before, name, value in assigned}


def committed() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S607 – git
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def services(overlays: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = resolved(*overlays)["services"]
    return found


def test_example_env_names_every_variable_of_the_files_and_no_other() -> None:
    assert set(told()) - COMPOSE_READS == set(used())


def test_example_env_shows_the_defaults_that_are_in_force() -> None:
    shown = {name: value for name, (_, value) in told().items() if name not in COMPOSE_READS}
    assert [name for name, value in shown.items() if value not in used()[name]] == []


def test_each_variable_is_explained_in_one_line_of_chinese_and_english() -> None:
    explained = {name: re.fullmatch(r"# (.*) · (.*)", before) for name, (before, _) in told().items()}
    assert [name for name, found in explained.items() if not found or not re.search(r"[a-z]{3}", found[2])] == []
    silent = {name for name, found in explained.items() if found and not re.search(r"[\u4e00-\u9fff]", found[1])}
    assert silent == set()


def test_copied_as_it_is_example_env_changes_nothing() -> None:
    assert resolved(env_file=ROOT / "deploy" / "example.env") == resolved()


@pytest.mark.parametrize("overlays", COMBINATIONS, ids="+".join)
@pytest.mark.parametrize("env_file", [OFFICIAL, LOCAL], ids=["official", "local"])
def test_the_files_are_valid_in_each_combination_under_official_and_local_names(overlays: tuple[str, ...], env_file: Path) -> None:
    local = set(re.findall(r"^[A-Z]+_IMAGE=(.*)$", LOCAL.read_text(), re.MULTILINE))
    images = {service["image"] for name, service in resolved(*overlays, env_file=env_file)["services"].items() if name != "grafana"}
    assert images <= local if env_file == LOCAL else not images & local


def test_beside_their_names_nothing_differs_between_official_and_local_images() -> None:
    def without_names(env_file: Path) -> dict[str, Any]:
        whole = resolved(*OVERLAYS, env_file=env_file)
        for service in whole["services"].values():
            del service["image"]
            service.pop("build", None)
        return {part: whole[part] for part in ("services", "networks", "volumes", "secrets")}

    assert without_names(OFFICIAL) == without_names(LOCAL)


@pytest.mark.parametrize("overlays", COMBINATIONS, ids="+".join)
def test_no_container_may_write_its_own_files_or_gain_a_right(overlays: tuple[str, ...]) -> None:
    for name, service in services(overlays).items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert "privileged" not in service, name
        assert set(service.get("cap_add", ())) == ROOTS.get(name, frozenset()), name


@pytest.mark.parametrize("overlays", COMBINATIONS, ids="+".join)
def test_who_is_root_hands_out_files_without_a_network_and_nobody_else_is_root(overlays: tuple[str, ...]) -> None:
    for name, service in services(overlays).items():
        if name in ROOTS:
            assert (service["user"], service["network_mode"]) == ("0:0", "none")
        else:  # Fuxue's own image has its user in itself, which test_images looks at
            user = service.get("user", "10001" if service["image"].startswith("fuxue/") else "0")
            assert user.partition(":")[0] != "0", name


@pytest.mark.parametrize("overlays", COMBINATIONS, ids="+".join)
def test_memory_processes_and_logs_are_bounded_and_each_runs_on_or_ends_by_itself(overlays: tuple[str, ...]) -> None:
    for name, service in services(overlays).items():
        assert int(service["mem_limit"]) > 0, name
        assert 0 < service["pids_limit"] <= (4096 if name.startswith("postgres") else 512), name
        assert {"max-size", "max-file"} <= set(service["logging"]["options"]), name
        if service["restart"] == "no":
            assert "healthcheck" not in service, name
        else:
            assert service["restart"] == "unless-stopped", name
            assert service["healthcheck"]["test"], name


@pytest.mark.parametrize("reader", ["identity", "registry"])
def test_where_files_are_read_there_is_room_for_the_largest_beside_what_is_at_work(reader: str) -> None:
    found = services(())
    assert int(found[reader]["mem_limit"]) >= CHILD_MEMORY_BYTES + int(found["casework"]["mem_limit"])


@pytest.mark.parametrize("overlays", COMBINATIONS, ids="+".join)
def test_no_health_check_starts_an_interpreter_or_a_jvm_and_a_brokers_asks_more_than_whether_its_port_is_open(
    overlays: tuple[str, ...],
) -> None:
    asked = {name: service["healthcheck"]["test"][1:] for name, service in services(overlays).items() if "healthcheck" in service}
    assert {words[0] for words in asked.values()} <= {"bash", "healthy", "pg_isready", "wget"}
    brokers = {name: words for name, words in asked.items() if name.startswith("kafka")}
    assert {tuple(words) for words in brokers.values()} == {("bash", "/opt/fuxue/kafka/healthy.sh")}
    assert "java" not in (ROOT / "deploy" / "kafka" / "healthy.sh").read_text()


@pytest.mark.parametrize("overlays", COMBINATIONS, ids="+".join)
def test_the_operators_port_of_the_gateway_is_open_to_nobody_outside(overlays: tuple[str, ...]) -> None:
    found = services(overlays)
    assert found["operator"]["environment"]["FUXUE_URL"] == "https://gateway:8444"
    assert {port["target"] for port in found["gateway"]["ports"]} == {8080, 8443}


@pytest.mark.parametrize("overlays", COMBINATIONS, ids="+".join)
def test_secrets_reach_a_container_as_files_only(overlays: tuple[str, ...]) -> None:
    for name, service in services(overlays).items():
        named = {key: value for key, value in (service.get("environment") or {}).items() if SECRET_NAME.search(key)}
        assert {key: value for key, value in named.items() if not value.startswith("/run/secrets/")} == {}, name
        shown = {Path(each["target"]).name for each in service.get("secrets") or ()}
        assert {Path(value).parts[3] for value in named.values()} <= shown, name


def test_the_bootstrap_is_identity_by_what_identity_is_told_and_shown() -> None:
    found = services(())
    bootstrap, identity = found["bootstrap"], found["identity"]
    assert bootstrap["environment"].items() >= identity["environment"].items()
    assert all(each in bootstrap["secrets"] for each in identity["secrets"])


def test_no_key_or_password_is_committed() -> None:
    kept = [path for path in committed() if path.is_relative_to(ROOT / "deploy" / "secrets")]
    assert {path.name for path in kept} == {".gitignore"}
    key = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/=]{16}")
    assert [path for path in committed() if key.search(path.read_bytes())] == []
    given = re.compile(
        r"(?i)(?:password|secret)\w*\s*[:=]\s*[\"']?(?!/run/secrets|\$|\{|\[)[A-Za-z0-9_~+-]{12,}[\"']?\s*$", re.MULTILINE
    )
    configured = [path for path in committed() if path.suffix in {".yml", ".env", ".template"}]
    assert [path for path in configured if given.search(path.read_text())] == []


def test_each_secret_that_a_file_names_has_its_directory_in_the_repository() -> None:
    named = {Path(secret["file"]) for secret in resolved(*OVERLAYS)["secrets"].values()}
    assert [path for path in named if not (path / ".gitignore").is_file()] == []


def test_three_brokers_know_each_other_and_each_has_a_volume_and_a_port_of_its_own() -> None:
    found = services((THREE_BROKERS,))
    brokers = {name: service for name, service in found.items() if name.startswith("kafka")}
    assert len(brokers) == 3
    (voters,) = {service["environment"]["KAFKA_VOTERS"] for service in brokers.values()}
    told_ids = {f"{service['environment']['KAFKA_NODE_ID']}@{name}:9093" for name, service in brokers.items()}
    assert set(voters.split(",")) == told_ids
    assert {service["environment"]["KAFKA_INTERNAL_ADDRESS"] for service in brokers.values()} == {
        f"{name}:9092" for name in brokers
    }
    for name, service in brokers.items():
        (data,) = [volume["source"] for volume in service["volumes"] if volume["type"] == "volume"]
        assert (data, len(service["ports"])) == (name, 1)
    assert len({service["ports"][0]["published"] for service in brokers.values()}) == 3
    assert len({service["environment"]["KAFKA_EXTERNAL_ADDRESS"] for service in brokers.values()}) == 3


def test_a_record_stands_on_three_brokers_and_is_acknowledged_when_two_have_it() -> None:
    brokers = [service for name, service in services((THREE_BROKERS,)).items() if name.startswith("kafka")]
    assert {(each["environment"]["KAFKA_REPLICATION"], each["environment"]["KAFKA_MIN_INSYNC"]) for each in brokers} == {("3", "2")}


def test_with_three_brokers_every_client_knows_all_and_the_bootstrap_waits_for_all() -> None:
    found = services((THREE_BROKERS,))
    clients = [service for service in found.values() if "FUXUE_KAFKA_SERVERS" in (service.get("environment") or {})]
    assert len(clients) == 14
    for client in clients:
        told = client["environment"]
        assert (told["FUXUE_KAFKA_SERVERS"], told["FUXUE_KAFKA_REPLICATION"]) == ("kafka:9092,kafka-2:9092,kafka-3:9092", "3")
    assert {"kafka", "kafka-2", "kafka-3"} <= set(found["bootstrap"]["depends_on"])


@pytest.mark.parametrize("overlays", COMBINATIONS, ids="+".join)
def test_nothing_waits_for_a_broker_to_be_well_so_that_a_start_without_one_goes_on(overlays: tuple[str, ...]) -> None:
    for name, service in services(overlays).items():
        for dependency, how in service.get("depends_on", {}).items():
            if dependency.startswith("kafka"):
                assert (name, how["condition"]) == ("bootstrap", "service_started")


@pytest.mark.parametrize("overlays", COMBINATIONS, ids="+".join)
def test_each_worker_notes_who_is_erased_in_a_volume_that_is_no_databases_and_the_bootstrap_reads_it(
    overlays: tuple[str, ...],
) -> None:
    found = services(overlays)
    writers = {name: mounted(service).get("/erasures") for name, service in found.items() if name.endswith("-worker")}
    assert writers == {f"{name}-worker": ("erasures", True) for name in SERVICES}
    assert mounted(found["bootstrap"])["/erasures"] == ("erasures", False)
    places = {name: {source for source, _ in mounted(service).values()} for name, service in found.items()}
    assert [name for name in places if name.startswith("postgres") and "erasures" in places[name]] == []


def mounted(service: dict[str, Any]) -> dict[str, tuple[str, bool]]:
    """The volume at each place of a container, and whether it may write there."""
    volumes = [volume for volume in service.get("volumes", ()) if volume["type"] == "volume"]
    return {volume["target"]: (volume.get("source", ""), not volume.get("read_only", False)) for volume in volumes}


def test_the_files_say_of_which_release_they_are_and_take_its_image() -> None:
    found = services(())
    assert found["bootstrap"]["environment"]["FUXUE_RELEASE"] == VERSION
    official = {service["image"] for service in found.values() if service["image"].startswith("fuxue/fuxue:")}
    assert official == {f"fuxue/fuxue:{VERSION}"}


OWN_SERVERS = {service: f"postgres-{service}" for service in SERVICES if service != "identity"}
"""Who has a server of its own in that overlay; identity keeps the one of the base file."""


def variable(service: str) -> str:
    return f"FUXUE_{service.upper()}_DATABASE_SERVER"


def test_each_service_has_a_postgresql_with_a_volume_and_a_password_of_its_own_alike_in_all_else() -> None:
    found = services((PER_SERVICE,))
    servers = {name: service for name, service in found.items() if name.startswith("postgres")}
    assert set(servers) == {"postgres", *OWN_SERVERS.values()}
    for name, server in servers.items():
        (data,) = [volume["source"] for volume in server["volumes"] if volume["type"] == "volume"]
        (secret,) = [each["source"] for each in server["secrets"]]
        assert (data, secret) == (name, name)
        assert server["command"] == servers["postgres"]["command"]
        assert server["depends_on"] == servers["postgres"]["depends_on"]


def test_whoever_reaches_a_database_is_told_every_server_and_the_bootstrap_waits_for_all() -> None:
    found = services((PER_SERVICE,))
    told = [service["environment"] for service in found.values() if variable("registry") in (service.get("environment") or {})]
    assert len(told) == 14
    for environment in told:
        assert {service: environment[variable(service)] for service in OWN_SERVERS} == OWN_SERVERS
        assert environment[variable("identity")] == ""
    assert {"postgres", *OWN_SERVERS.values()} <= set(found["bootstrap"]["depends_on"])


def test_without_the_overlay_no_service_is_sent_to_a_server_of_its_own() -> None:
    for service in services(()).values():
        environment = service.get("environment") or {}
        assert {environment.get(variable(name), "") for name in SERVICES} == {""}


def test_keys_are_kept_where_any_server_holds_data_and_a_restore_fills_each_servers_volume() -> None:
    found = services((PER_SERVICE,))
    servers = {"postgres", *OWN_SERVERS.values()}
    looked_at = [word for word in found["secrets"]["command"] if word.endswith("/PG_VERSION")]
    assert set(looked_at) == {f"/{server}/PG_VERSION" for server in servers}
    filled = [after for word, after in pairwise(found["restore"]["entrypoint"]) if word == "--cluster"]
    assert set(filled) == {f"/{server}" for server in servers}
    for name in ("secrets", "restore"):
        mounted = {volume["target"]: volume["source"] for volume in found[name]["volumes"]}
        assert {f"/{server}": server for server in servers}.items() <= mounted.items()

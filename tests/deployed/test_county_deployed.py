"""The county deployed, for real: started by compose, lived in while its containers are killed, backed up, restored elsewhere.

One deployment for the whole page, in the order of the page: what a test leaves behind, the next one finds.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

import msgspec
import pytest

from services.chassis.shared_clock import Shown
from services.contracts.codes import Department
from services.contracts.services import SERVICES
from services.contracts.topics import Desk
from tests.deploy.containers import Images
from tests.deploy.examples import java_example, python_example
from tests.deployed.project import Project, until
from tests.engine import cannot_run

pytestmark = pytest.mark.deployment

PUPILS = os.environ.get("FUXUE_TEST_PUPILS", "2000")
UNDISTURBED_UNTIL, KILLED_UNTIL = "2026-09-12", "2026-10-14"
DESK = Desk(Department.CIVIL_AFFAIRS, "570126")
COMPLETED = "  complete: completed"
PUBLIC = ("*.crt", "cluster_id")
"""Of what stands among the secrets, what is none."""

LONGEST_LAST_LINE = 16
"""The end of a key in PEM may be a few letters, which stand anywhere."""

BROKEN = '''
"""A migration that makes a table and fails."""

import sqlalchemy as sa
from alembic import op

revision = "broken_0001"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table("half_made", sa.Column("id", sa.Text, primary_key=True))
    op.execute("SELECT 1 / 0")
'''
MIGRATIONS_INSIDE = "/opt/fuxue/app/services/casework/storage/migrations"
PLAY_SECONDS = 1200
HAND_OVER_SECONDS = 10.0
BETWEEN_KILLS_SECONDS = 2.0
ENDED_BY_ITSELF = (0, 128 + signal.SIGTERM)
"""A JVM that has ended in order says of itself what ended it."""

CLOCK = "/demo/clock.json"
VICTIMS = ("postgres", "kafka", "gateway", *SERVICES, *(f"{service}-worker" for service in SERVICES))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("deployed")


@pytest.fixture(scope="module")
def county(image: Images, folder: Path) -> Iterator[Project]:
    """The deployment; its containers are there from the first test on."""
    for role in ("fuxue", "postgres", "kafka", "nginx"):
        image(role)
    project = Project.new("fuxue-tested", 71, folder, FUXUE_DEMO_PUPILS=PUPILS, FUXUE_DEPARTMENT_SYSTEMS="civil_affairs:570126")
    if project.compose("version", check=False).returncode != 0:
        cannot_run("Compose v2 is missing; deploy/engine.sh brings it")
    project.down()
    yield project
    project.down()


@pytest.fixture(scope="module")
def elsewhere(county: Project, folder: Path) -> Iterator[Project]:
    """An empty deployment on other networks, with the keys of the first, which an operator keeps apart from the backups."""
    project = Project.new("fuxue-restored", 73, folder, FUXUE_DEMO_PUPILS=PUPILS, FUXUE_DEPARTMENT_SYSTEMS="civil_affairs:570126")
    project.keep_keys_of(county)
    project.down()
    yield project
    project.down()


def test_one_command_starts_it_and_it_does_its_work(county: Project) -> None:
    county.up()
    with county.outside() as client:
        assert {name: client.get(f"/{name}/health").json()["status"] for name in SERVICES} == dict.fromkeys(SERVICES, "ok")
        assert "复学" in client.get("/").text
        assert client.get("/events/asyncapi.json").json()["asyncapi"].startswith("3.")
        assert client.get("/registry/pupils/nobody").status_code == 401
        assert client.get("/registry/metrics").status_code == 404, "numbers are read inside"


def test_a_first_start_is_no_new_epoch_of_the_bus(county: Project) -> None:
    assert "new epoch of the bus" not in county.compose("logs", "bootstrap").stdout


def test_the_bootstrap_run_again_changes_nothing(county: Project) -> None:
    assert "一切就绪" in county.compose("run", "--rm", "--no-deps", "-T", "bootstrap").stdout


def test_the_doctor_finds_nothing_wrong(county: Project) -> None:
    wrong, _ = findings(county)
    assert wrong == []


def test_nobody_has_a_password_in_the_environment_or_the_log(county: Project) -> None:
    told_apart = [path for path in county.secrets.rglob("*") if path.is_file() and not any(map(path.match, PUBLIC))]
    lines = [line for path in told_apart for line in path.read_text().splitlines() if not line.startswith("-----")]
    secrets = {line.partition("=")[2] if line.startswith(SERVICES) else line for line in lines}  # identity holds those of all
    told = county.compose("config").stdout + county.compose("logs").stdout
    told += county.engine("inspect", *county.compose("ps", "--all", "--quiet").stdout.split())
    assert len(told_apart) > 50
    assert not [secret for secret in secrets if len(secret) > LONGEST_LAST_LINE and secret in told]


def test_what_the_gateway_refuses_is_a_problem(county: Project) -> None:
    with county.outside() as client:
        large = client.post("/registry/imports", content=b"x" * 41 * 1024 * 1024)
        assert (large.status_code, large.headers["content-type"]) == (413, "application/problem+json")
        assert large.json()["code"] == "body-too-large"


def test_the_first_days_are_lived(county: Project) -> None:
    playing = county.start_play("--until", UNDISTURBED_UNTIL)
    told, _ = playing.communicate(timeout=PLAY_SECONDS)
    assert playing.returncode == 0, told[-3000:]


def test_the_next_days_are_lived_while_each_container_is_killed_once_and_nothing_differs_from_the_truth(county: Project) -> None:
    playing = county.start_play("--until", KILLED_UNTIL)
    killed: list[str] = []
    for victim in VICTIMS:
        time.sleep(BETWEEN_KILLS_SECONDS)
        if playing.poll() is not None:
            break
        container = county.container(victim)
        county.engine("kill", container)
        county.engine("start", container)
        killed.append(victim)
    assert tuple(killed) == VICTIMS, "the play ended before the killing did"
    told, _ = playing.communicate(timeout=PLAY_SECONDS)
    assert playing.returncode == 0, told[-3000:] + county.troubled()
    assert "0 处不同" in told


def test_a_backup_is_made_while_the_last_days_are_lived_and_nothing_differs_from_the_truth(
    county: Project, elsewhere: Project
) -> None:
    rested = clock_of(county)
    playing = county.start_play()
    until(lambda: clock_of(county) > rested, 120, "the play did not go on")
    assert "备份完成" in county.operator("backup").stdout
    assert playing.poll() is None, "nobody was acting any more when the copy was made"
    told, _ = playing.communicate(timeout=PLAY_SECONDS)
    assert playing.returncode == 0, told[-3000:] + county.troubled()
    assert "0 处不同" in told
    elsewhere.compose("create", "--no-build", "restore", "play")
    for volume in ("backups", "demo"):
        county.copied_volume(volume, elsewhere)


def test_afterwards_nothing_waits_nothing_is_parked_and_every_event_is_sound(county: Project) -> None:
    until(lambda: all(rest["quiescent"] for rest in county.rests().values()), 60, "something waits")
    with county.outside() as client:
        healths = {name: client.get(f"/{name}/health").json() for name in SERVICES}
    assert {name: (health["parked"], health["lost_places"]) for name, health in healths.items()} == dict.fromkeys(SERVICES, (0, 0))
    reports = county.verified()
    assert all(report["sound"] for report in reports.values())
    assert all(reports[name]["events"] > 0 for name in SERVICES if name != "oversight")


def test_a_wrapping_key_is_put_in_front_while_the_county_is_at_work_and_its_oldest_may_not_go(county: Project) -> None:
    told = county.compose("run", "--rm", "-T", "secrets", "fuxue", "container", "wrapping-key", "/secrets", "registry").stdout
    (restart,) = re.findall(r"docker compose (restart registry registry-worker)", told)
    lines = (county.secrets / "registry" / "wrapping_keys").read_bytes().split()
    assert len(lines) == 2
    county.compose(*restart.split())
    wrapped_by = "SELECT string_agg(DISTINCT wrapping_key_id, ' ') FROM subject_keys WHERE wrapped_key <> ''"
    (new,) = re.findall(r"new wrapping key (\w+) stands in front", told)
    until(lambda: answer(county, "registry", wrapped_by) == new, 120, "children's keys were not wrapped anew")
    wrong, in_force = findings(county)
    assert (wrong, f"wrapped by the first line alone: 1 ({new})" in in_force["wrapping keys of registry"]) == ([], True)
    until(lambda: names_in_the_ledger(county) > 0, 60, "no name is opened any more")
    write_inside(county, "registry/wrapping_keys", lines[:1])
    refused = county.compose("run", "--rm", "-T", "bootstrap", check=False)
    assert (refused.returncode, "registry/wrapping_keys" in refused.stdout + refused.stderr) == (1, True)
    write_inside(county, "registry/wrapping_keys", lines)
    assert "一切就绪" in county.compose("run", "--rm", "-T", "bootstrap").stdout


def test_taken_down_each_container_ends_by_itself_in_time_and_up_again_it_is_the_same_county(county: Project) -> None:
    ends_before = asked(county, "SELECT coalesce(max(position), 0) FROM events")
    before = logs_of(county, ends_before)
    running = set(county.compose("ps", "--services", "--status", "running").stdout.split())
    with county.watched() as ends:
        county.compose("down")  # as an operator does it: the volumes stay
    assert {service: end.code for service, end in ends.items() if end.killed or end.code not in ENDED_BY_ITSELF} == {}
    assert set(ends) == running
    late = {
        service: end.seconds for service, end in ends.items() if service.endswith("-worker") and end.seconds >= HAND_OVER_SECONDS
    }
    assert late == {}
    county.up()
    assert logs_of(county, ends_before) == before  # its clock runs by now: beyond that more may have happened


def test_restored_elsewhere_it_is_the_county_of_the_backup_and_lives_on_to_the_same_end(
    county: Project, elsewhere: Project
) -> None:
    assert "已恢复" in elsewhere.compose("run", "--rm", "--no-deps", "-T", "restore").stdout
    elsewhere.compose("up", "--wait", "--no-build", "postgres")
    moment = max(
        datetime.fromisoformat(latest) for latest in asked(elsewhere, "SELECT max(recorded_at) FROM events").values() if latest
    )
    assert moment < clock_of(county), "the backup was made at the end"
    set_clock(elsewhere, moment)
    elsewhere.up()
    assert "new epoch of the bus: " in elsewhere.compose("logs", "bootstrap").stdout
    assert all(report["sound"] for report in elsewhere.verified().values())
    until(lambda: nothing_is_missed(elsewhere), 120, "what was told before the backup was not sent again by itself")
    playing = elsewhere.start_play()
    told, _ = playing.communicate(timeout=PLAY_SECONDS)
    assert playing.returncode == 0, told[-3000:] + elsewhere.troubled()
    assert "0 处不同" in told
    assert summary_of(elsewhere) == summary_of(county)


def findings(project: Project) -> tuple[list[Any], dict[str, str]]:
    """What the doctor finds wrong, and what it says in English of each subject."""
    found = msgspec.json.decode(project.operator("doctor", "--json").stdout)
    return [each for each in found if each["state"] == "wrong"], {each["subject"]: each["what"]["en"] for each in found}


def names_in_the_ledger(project: Project) -> int:
    """Of how many children in the ledger of dropouts the registry opens the masked name."""
    with project.outside() as client:
        headers = {"Authorization": f"Bearer {project.signed_in(client, 'bureau_lead')}"}
        answered = client.get("/registry/ledger", params={"ledger": "dropout"}, headers=headers)
    return sum("*" in each["name"] for each in answered.json()["items"]) if answered.is_success else 0


def write_inside(project: Project, name: str, lines: Sequence[bytes]) -> None:
    """Write a file of secrets as an editor does, who leaves it to whom it belongs."""
    (project.secrets / name).write_bytes(b"\n".join(lines) + b"\n")


def asked(project: Project, question: str) -> dict[str, str]:
    """What each service's database answers."""
    return {service: answer(project, service, question) for service in SERVICES}


def answer(project: Project, service: str, question: str) -> str:
    command = ("exec", "-T", "postgres", "psql", "-U", "postgres", "-Atc", question)
    return project.compose(*command, f"fuxue_{service}").stdout.strip()


def logs_of(project: Project, ends: Mapping[str, str]) -> dict[str, str]:
    """How many events each service has up to there, and a fingerprint of all of them."""
    question = "SELECT count(*), md5(string_agg(hash, '' ORDER BY position)) FROM events WHERE position <= {}"
    return {service: answer(project, service, question.format(end)) for service, end in ends.items()}


def clock_of(project: Project) -> datetime:
    """Where the business clock stands."""
    shown = project.compose("exec", "-T", "identity", "cat", CLOCK).stdout
    return msgspec.json.decode(shown, type=Shown).at


def set_clock(project: Project, moment: datetime) -> None:
    """Put the business clock back to when a backup was made: it is a file, and no part of that."""
    shown, image = msgspec.json.encode(Shown(moment, moment)).decode(), project.environment["FUXUE_IMAGE"]
    command = ("sh", "-c", f"printf %s '{shown}' > {CLOCK}")
    project.engine("run", "--rm", "--network", "none", "-v", f"{project.name}_demo:/demo", image, *command)


def nothing_is_missed(project: Project) -> bool:
    with project.outside() as client:
        return not any(client.get(f"/{name}/health").json()["lost_places"] for name in SERVICES)


def summary_of(project: Project) -> Any:
    """What the bureau's lead sees of the county."""
    with project.outside() as client:
        headers = {"Authorization": f"Bearer {project.signed_in(client, 'bureau_lead')}"}
        return client.get("/oversight/summary", headers=headers).raise_for_status().json()


def test_an_upgrade_that_fails_has_made_a_backup_first_and_leaves_the_release_before_at_work(county: Project, folder: Path) -> None:
    heads = answer(county, "casework", "SELECT version_num FROM alembic_version")
    (head,) = (each for each in heads.split() if each.startswith("casework_"))  # the other is the chassis's
    migration = folder / "broken_0001.py"
    migration.write_text(BROKEN.format(head=head))
    migration.chmod(0o644)
    mounted = f"{migration}:{MIGRATIONS_INSIDE}/{migration.name}:ro"
    ended = county.compose("run", "--rm", "--no-deps", "-T", "-v", mounted, "bootstrap", check=False)
    told = ended.stdout + ended.stderr
    assert ended.returncode != 0
    assert "broken_0001" in told
    (backup,) = re.findall(r"backup (\S+Z)", told)
    listed = county.compose("run", "--rm", "-T", "--no-deps", "--entrypoint", "ls", "operator", "/backups").stdout.split()
    assert Path(backup).name in listed
    assert told.index(backup) < told.index("broken_0001")
    assert answer(county, "casework", "SELECT version_num FROM alembic_version") == heads
    assert answer(county, "casework", "SELECT to_regclass('half_made')") == ""
    let_in(county, "meanwhile", "民政系统")  # who writes is still answered, and who asks the service whose migration failed
    with county.outside() as client:
        client.headers["Authorization"] = f"Bearer {county.signed_in(client, 'bureau_lead')}"
        assert client.get("/casework/duties").raise_for_status().json()["items"]


@pytest.mark.parametrize("language", ["python", "java"])
def test_a_departments_system_hears_a_duty_outside_and_answers_it_and_the_trace_shows_both_sides(
    county: Project, folder: Path, language: str
) -> None:
    command = java_example(folder) if language == "java" else python_example()
    client_id = f"{DESK.topic}.{language}"
    secret = folder / client_id
    system = f"民政系统 {language}"
    secret.write_text(let_in(county, language, system))
    duty = handed_back(county)
    given = {
        "FUXUE_API": f"https://localhost:{county.https_port}",
        "FUXUE_BROKER": f"localhost:{county.broker_port}",
        "FUXUE_TOPIC": DESK.topic,
        "FUXUE_CLIENT_ID": client_id,
        "FUXUE_CLIENT_SECRET_FILE": str(secret),
        "FUXUE_BROKER_PASSWORD_FILE": str(county.secrets / "departments" / DESK.topic),
        "FUXUE_CA_FILE": str(county.secrets / "ca" / "ca.crt"),
        "FUXUE_STATE_FILE": str(folder / f"{language}.state"),
        "PYTHONUNBUFFERED": "1",
    }
    written = folder / f"{language}.txt"
    with written.open("w") as out, started({**os.environ, **given}, command, out) as running:
        try:
            awaited = (COMPLETED, f"cn.fuxue.department.DutyReturned.v1 {duty} ")
            until(
                lambda: running.poll() is not None or all(each in written.read_text() for each in awaited),
                120,
                "the duty was not answered",
            )
            assert running.poll() is None, written.read_text()
        finally:
            running.terminate()
    answered = {("casework.DutyAcknowledged", system), ("casework.DutyCompleted", system)}
    both_sides = {("casework.DutyAssigned", "casework"), *answered}
    until(lambda: set(trace_of(county, duty)) >= both_sides, 30, "the trace does not show both sides")


def handed_back(county: Project) -> str:
    """A duty of civil affairs whose answer the bureau has just found not to suffice, in a case that is under way."""
    with county.outside() as client:
        client.headers["Authorization"] = f"Bearer {county.signed_in(client, 'bureau_lead')}"
        asked = {"department": DESK.department.value, "status": "completed", "limit": 200}
        for duty in client.get("/casework/duties", params=asked).raise_for_status().json()["items"]:
            path, key = f"/casework/duties/{duty['duty_id']}:return", {"Idempotency-Key": str(uuid4())}
            if client.post(path, json={"reason": "请补充救助金额"}, headers=key).is_success:  # a closed case takes none back
                return str(duty["duty_id"])
    raise AssertionError("no case of the county is under way in which civil affairs have answered")


def trace_of(county: Project, duty_id: str) -> list[tuple[str, str]]:
    """What happened to a duty, and through whom."""
    with county.outside() as client:
        client.headers["Authorization"] = f"Bearer {county.signed_in(client, 'bureau_lead')}"
        entries = client.get(f"/oversight/trace/{duty_id}").raise_for_status().json()["items"]
    return [(entry["type"], entry["who"]["service"] or entry["who"]["name"]) for entry in entries]


def started(environment: dict[str, str], command: list[str], out: IO[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, env=environment, stdout=out, stderr=subprocess.STDOUT)  # noqa: S603  the example


def let_in(county: Project, code: str, name: str) -> str:
    """The secret of a system of civil affairs, as the account administrator lets one in."""
    with county.outside() as client:
        client.headers["Authorization"] = f"Bearer {county.signed_in(client, 'account_admin')}"
        bodies = client.get("/identity/bodies", params={"limit": 200}).raise_for_status().json()["items"]
        (office,) = (
            body["body_id"] for body in bodies if (body["department"], body["division"]) == (DESK.department, DESK.division)
        )
        asked = {"body_id": office, "code": code, "name": name}
        opened = client.post("/identity/clients", json=asked, headers={"Idempotency-Key": str(uuid4())}).raise_for_status().json()
        issued = client.post(f"/identity/clients/{opened['id']}:issue-secret", headers={"Idempotency-Key": str(uuid4())})
        return str(issued.raise_for_status().json()["client_secret"])

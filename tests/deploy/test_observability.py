"""Prometheus' files and the dashboard: valid, about every service, and in terms that the services tell."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from testcontainers.core.container import DockerContainer

from services.contracts.services import SERVICES
from services.deployed.numbers import worker_numbers
from tests.deploy.compose import ROOT
from tests.deploy.containers import Images, ended, hardened, secret
from tests.deploy.guides import GUIDES, whole

PROMETHEUS = ROOT / "deploy" / "prometheus"
DASHBOARD = ROOT / "deploy" / "dashboards" / "fuxue.json"
ALARM_TESTS = ROOT / "tests" / "deploy" / "alarms.yml"
QUESTIONS = ["stuck", "late", "parked", "unsent"]
Promtool = Callable[..., tuple[int, str]]


def settings() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((PROMETHEUS / "prometheus.yml").read_text())
    return read


def rules() -> list[dict[str, Any]]:
    return [rule for group in yaml.safe_load((PROMETHEUS / "alarms.yml").read_text())["groups"] for rule in group["rules"]]


def alarms() -> list[dict[str, Any]]:
    return [rule for rule in rules() if "alert" in rule]


def panels() -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = json.loads(DASHBOARD.read_text())["panels"]
    return read


def expressions() -> list[str]:
    """Everything that the dashboard asks Prometheus."""
    return [target["expr"] for panel in panels() for target in panel["targets"]]


@pytest.fixture
def promtool(image: Images) -> Promtool:
    """Runs promtool on files that stand in /etc/prometheus: its status and its words."""

    def run(*words: str, **files: Path) -> tuple[int, str]:
        container: DockerContainer = hardened(image("prometheus"), entrypoint=["promtool"], network_mode="none")
        for name, path in {"prometheus": PROMETHEUS / "prometheus.yml", "alarms": PROMETHEUS / "alarms.yml", **files}.items():
            container.with_volume_mapping(path, f"/etc/prometheus/{name}.yml")
        with container.with_command(list(words)) as started:
            return ended(started.get_wrapped_container())

    return run


def test_prometheus_takes_its_settings_and_its_rules(promtool: Promtool) -> None:
    status, said = promtool("check", "config", "--lint-fatal", "/etc/prometheus/prometheus.yml")
    assert status == 0, said


@pytest.mark.parametrize(("written", "taken"), [("", True), ("- targets: nobody", False)])
@pytest.mark.parametrize("guide", GUIDES)
def test_prometheus_takes_the_alertmanager_that_a_guide_names(
    promtool: Promtool, tmp_path: Path, guide: str, written: str, taken: bool
) -> None:
    told = re.search(r"echo '(.*)' > deploy/prometheus/(alertmanagers/own)\.yml", whole(guide))
    assert told
    named = {told[2]: secret(tmp_path, "own.yml", written or told[1])}
    status, said = promtool("check", "config", "/etc/prometheus/prometheus.yml", **named)
    assert (status == 0) is taken, said


def test_each_alarm_rings_on_its_trouble_and_on_nothing_else(promtool: Promtool) -> None:
    status, said = promtool("test", "rules", "/etc/prometheus/trials.yml", trials=ALARM_TESTS)
    assert status == 0, said


def test_every_alarm_is_tried() -> None:
    tried = set(re.findall(r'alertname="(\w+)"', ALARM_TESTS.read_text()))
    assert tried == {alarm["alert"] for alarm in alarms()}


def test_prometheus_understands_what_the_dashboard_asks(promtool: Promtool, tmp_path: Path) -> None:
    asked = [{"record": f"panel_{number}", "expr": expression} for number, expression in enumerate(expressions())]
    written = secret(tmp_path, "asked.yml", yaml.safe_dump({"groups": [{"name": "dashboard", "rules": asked}]}))
    status, said = promtool("check", "rules", "/etc/prometheus/asked.yml", asked=written)
    assert status == 0, said


def test_every_web_process_and_every_worker_is_read() -> None:
    read = {job["job_name"]: job["dns_sd_configs"][0]["names"] for job in settings()["scrape_configs"]}
    assert read == {"web": list(SERVICES), "worker": [f"{service}-worker" for service in SERVICES]}


def test_who_should_be_there_is_whom_prometheus_reads() -> None:
    expected = [(rule["labels"]["job"], rule["labels"]["service"]) for rule in rules() if rule.get("record") == "fuxue_expected"]
    assert expected == [(job, service) for job in ("web", "worker") for service in SERVICES]


def test_the_dashboard_begins_with_the_four_questions() -> None:
    first = panels()[:4]
    assert [re.findall(r'question="(\w+)"', panel["targets"][0]["expr"]) for panel in first] == [
        [question] for question in QUESTIONS
    ]
    assert {panel["gridPos"]["y"] for panel in first} == {0}
    assert {alarm["labels"]["question"] for alarm in alarms()} == set(QUESTIONS)


def test_the_dashboard_can_be_imported_anywhere() -> None:
    dashboard = json.loads(DASHBOARD.read_text())
    (chosen,) = dashboard["templating"]["list"]
    assert (chosen["name"], chosen["type"], chosen["query"]) == ("datasource", "datasource", "prometheus")
    targets = [target for panel in panels() for target in panel["targets"]]
    assert {source["datasource"]["uid"] for source in (*panels(), *targets)} == {"${datasource}"}
    assert "id" not in dashboard


@pytest.mark.parametrize("guide", GUIDES)
def test_both_guides_tell_what_each_alarm_means(guide: str) -> None:
    told = whole(guide)
    assert [alarm["alert"] for alarm in alarms() if f"`{alarm['alert']}`" not in told] == []


def test_alarms_speak_chinese_and_english() -> None:
    sentences = [sentence for alarm in alarms() for sentence in alarm["annotations"].values()]
    assert [each for each in sentences if not re.fullmatch(r".*[\u4e00-\u9fff].* · .*[a-z]{3}.*", each)] == []


def test_nothing_is_asked_that_no_service_tells() -> None:
    numbers = worker_numbers("registry", dict, SimpleNamespace(now=lambda: 0))  # type: ignore[arg-type]  # all that is asked of a lag
    worker = {family.name for family in numbers.collect()}
    web = {"fuxue_waiting", "fuxue_late_seconds", "fuxue_answers_total", "fuxue_request_seconds_bucket"}
    asked = {name for each in (*expressions(), *(rule["expr"] for rule in alarms())) for name in re.findall(r"\bfuxue_\w+", each)}
    assert asked - {"fuxue_expected"} == worker | web

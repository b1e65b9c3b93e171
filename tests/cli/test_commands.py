"""What a person types, and what comes back: text, JSON, sentences instead of tracebacks, exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from services.cli import main, show
from tests.cli.conftest import fuxue


def test_the_ledger_shows_masked_names(played: Path) -> None:
    text = fuxue(played, "ledger", "--ledger", "dropout")
    assert text.exit_code == 0, text.output
    listed = json.loads(fuxue(played, "ledger", "--ledger", "dropout", "--json").output)
    assert listed["items"]
    assert all(item["name"].endswith("*") for item in listed["items"])
    assert listed["items"][0]["name"] in text.output


def test_a_case_and_its_trace_are_told(played: Path) -> None:
    assert "C2026-0001" in fuxue(played, "case", "C2026-0001").output
    trace = json.loads(fuxue(played, "trace", "C2026-0001", "--json").output)
    assert {item["service"] for item in trace["items"]} >= {"registry", "casework"}


def test_a_case_shows_the_childs_name_masked_unless_it_is_to_be_revealed_which_is_logged(played: Path) -> None:
    masked = json.loads(fuxue(played, "case", "C2026-0001", "--json").output)["pupil"]
    assert (masked["name"][-1], masked["masked"]) == ("*", ["name"])
    revealed = json.loads(fuxue(played, "case", "C2026-0001", "--reveal", "--json").output)["pupil"]
    assert (revealed["name"][0], revealed["masked"]) == (masked["name"][0], [])
    assert revealed["name"] not in fuxue(played, "case", "C2026-0001").output
    assert revealed["name"] in fuxue(played, "case", "C2026-0001", "--reveal").output


def test_every_service_verifies_and_rebuilds_and_nothing_is_parked(played: Path) -> None:
    verified = fuxue(played, "verify")
    assert verified.exit_code == 0, verified.output
    assert fuxue(played, "rebuild", "casework").exit_code == 0
    assert json.loads(fuxue(played, "parked", "list", "--json").output) == {"items": []}


def test_a_service_says_again_what_it_has_said(played: Path) -> None:
    before = json.loads(fuxue(played, "ledger", "--json").output)
    sent = fuxue(played, "republish", "registry", "--json")
    assert sent.exit_code == 0, sent.output
    assert json.loads(sent.output)["registry"]["events"] > 100
    assert "学籍 registry" in fuxue(played, "republish", "registry").output
    assert json.loads(fuxue(played, "ledger", "--json").output) == before
    assert json.loads(fuxue(played, "parked", "list", "--json").output) == {"items": []}


def test_an_imported_roster_can_be_rehearsed_again(played: Path) -> None:
    roster = next((played / "county" / "rosters").glob("*.xlsx"))
    result = fuxue(played, "import", "roster", str(roster), "--dry-run", "--as", "bureau_clerk")
    assert result.exit_code == 0, result.output


def test_refusals_are_sentences_with_an_exit_code(played: Path, tmp_path: Path) -> None:
    nothing_there = fuxue(tmp_path / "empty", "summary")
    assert nothing_there.exit_code == 1
    assert "no deployment" in nothing_there.output
    no_case = fuxue(played, "case", "C1999-0001")
    assert no_case.exit_code == 1
    assert "Traceback" not in no_case.output
    assert "没有该个案" in no_case.output
    assert "There is no such case" in no_case.output
    not_yours = fuxue(played, "ledger", "--as", "civil_affairs")
    assert not_yours.exit_code == 1


def test_help_names_every_command() -> None:
    shown = CliRunner().invoke(main, ["--help"]).output
    commands = "demo serve import ledger case trace summary verify rebuild republish parked county"
    for command in commands.split():
        assert command in shown


def test_a_bug_is_a_sentence_and_a_line_of_places_without_what_the_exception_says(
    played: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(_answer: object) -> None:
        raise ValueError("13912345678")

    monkeypatch.setattr(show, "ledger", breaks)
    result = fuxue(played, "ledger")
    assert result.exit_code == 1
    assert "This is a bug in Fuxue" in result.output
    assert '"builtins.ValueError"' in result.output
    assert "13912345678" not in result.output

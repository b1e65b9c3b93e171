"""A command typed wrongly is told so in Chinese and in English."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from services.cli import main, serving
from services.deployment import Deployment, found


@pytest.mark.parametrize(
    ("typed", "zh", "en"),
    [
        (["--foo"], "没有选项 --foo。", "No such option '--foo'."),
        (["ledger", "--foo"], "没有选项 --foo。", "No such option '--foo'."),
        (["parked", "list", "--foo"], "没有选项 --foo。", "No such option '--foo'."),
        (["leder"], "没有命令 leder。是否要用：ledger？", "No such command 'leder'."),
        (["case"], "缺少参数 'NUMBER'。", "Missing argument 'NUMBER'."),
        (["ledger", "x"], "有多余的参数：x。", "Got unexpected extra argument (x)"),
        (["--lang", "fr", "ledger"], "选项 '--lang' 的值不正确。可用：zh、en。", "'fr' is not one of 'zh', 'en'."),
        (["demo", "--pupils", "3"], "选项 '--pupils' 的值不正确。应为整数，60 至 50000。", "3 is not in the range"),
        (["demo", "--seed", "x"], "选项 '--seed' 的值不正确。应为整数。", "'x' is not a valid integer."),
        (["demo", "--until", "x"], "选项 '--until' 的值不正确。应为日期，如 2026-09-01。", "does not match the format"),
        (["demo", "--seed"], "选项缺少值。", "Option '--seed' requires an argument."),
        (["demo", "--no-serve=3"], "该选项不带值。", "Option '--no-serve' does not take a value."),
        (["import", "roster"], "缺少参数 'FILE'。应为可读的文件。", "Missing argument 'FILE'."),
        (["import", "roster", "名单.xlsx"], "参数 'FILE' 的值不正确。应为可读的文件。", "File '名单.xlsx' does not exist."),
        (["rebuild", "foo"], "参数 'SERVICE' 的值不正确。可用：identity、registry、", "Invalid value for 'SERVICE': 'foo'"),
        (["rebuild"], "缺少参数 'SERVICE'。可用：identity、registry、", "Missing argument 'SERVICE'."),
        (["parked", "show", "foo", "1"], "参数 'SERVICE' 的值不正确。", "Invalid value for 'SERVICE': 'foo'"),
        (["template", "foo", "x.csv"], "参数 'KIND' 的值不正确。可用：bodies、", "Invalid value for 'KIND': 'foo'"),
        (["county", "generate"], "缺少参数 'DIRECTORY'。应为目录。", "Missing argument 'DIRECTORY'."),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, list) else "",
)
def test_what_is_typed_wrongly_is_told_in_both_languages(typed: list[str], zh: str, en: str, tmp_path: Path) -> None:
    told = CliRunner().invoke(main, typed, env={"FUXUE_DATA": str(tmp_path)})
    assert told.exit_code == 2
    assert f"错误 Error: {zh}" in told.output
    assert en in told.output


def test_it_is_told_how_the_command_is_used_and_where_its_help_is(tmp_path: Path) -> None:
    told = CliRunner().invoke(main, ["case", "--foo"], env={"FUXUE_DATA": str(tmp_path)})
    assert "用法 Usage: main case [OPTIONS] NUMBER" in told.output
    assert "用 'main case --help' 查看帮助。 Try 'main case --help' for help." in told.output


def test_what_the_house_itself_says_of_its_usage_is_said_once(tmp_path: Path) -> None:
    told = CliRunner().invoke(main, ["serve", "--port", "0"], env={"FUXUE_DATA": str(tmp_path / "new"), "FUXUE_LANG": "zh"})
    assert told.exit_code == 2
    told = CliRunner().invoke(main, ["serve", "--port", "8999"], env={"FUXUE_DATA": str(tmp_path / "new")})
    assert told.exit_code == 2
    assert told.output.count("--county") == 2, "once in the English, once in the Chinese part of its sentence"


@pytest.mark.parametrize("code", ["12345", "570126001", "县"])
def test_a_code_that_is_no_countys_is_told_so_and_not_asked_for_again(code: str, tmp_path: Path) -> None:
    told = CliRunner().invoke(main, ["serve", "--county", code, "--port", "8999"], env={"FUXUE_DATA": str(tmp_path / "new")})
    assert told.exit_code == 2
    assert f"{code} 不是六位的县级区划代码。 {code} is not the 6-digit division code of a county." in told.output
    assert "needs --county" not in told.output
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("there", "holds"),
    [
        (Deployment("570126"), "holds the data of county 570126, not the county 570199"),
        (Deployment("570199", demo_from=datetime(2026, 9, 1, tzinfo=UTC)), "holds a demo, not the county 570199"),
    ],
    ids=["another county", "a demo"],
)
def test_a_directory_of_another_county_is_not_served_in_the_place_of_the_one_that_was_named(
    there: Deployment, holds: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "serve", lambda *_: pytest.fail("it was served"))
    found(tmp_path, there)
    told = CliRunner().invoke(main, ["--data", str(tmp_path), "serve", "--county", "570199", "--port", "8999"])
    assert told.exit_code == 1
    assert holds in told.output
    assert "--data" in told.output


@pytest.mark.parametrize("command", ["case", "trace"])
@pytest.mark.parametrize("number", ["", " ", "..", "#2", "?", "../alarms", "C2026-0001?x=1", "一"])
def test_what_is_no_number_is_refused_before_anybody_is_asked(command: str, number: str, tmp_path: Path) -> None:
    told = CliRunner().invoke(main, ["--data", str(tmp_path), command, number])
    assert told.exit_code == 2
    assert "编号由字母、数字和连字符组成" in told.output
    assert "A number has letters, digits and hyphens" in told.output


def test_a_county_is_not_generated_over_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    told = CliRunner().invoke(main, ["county", "generate", str(tmp_path)])
    assert told.exit_code == 1
    assert "不是空目录" in told.output
    assert "is not empty; name a new directory" in told.output
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize("typed", [["summary"], ["parked", "list"]], ids=" ".join)
def test_what_cannot_be_done_has_the_label_of_what_is_typed_wrongly(typed: list[str], tmp_path: Path) -> None:
    told = CliRunner().invoke(main, ["--data", str(tmp_path / "none"), *typed])
    assert told.exit_code == 1
    assert told.output.startswith("错误 Error: ")
    assert told.output.count("Error:") == 1


def test_a_file_that_cannot_be_read_is_told_in_both_languages(tmp_path: Path) -> None:
    (tmp_path / "deployment.json").mkdir()
    told = CliRunner().invoke(main, ["--data", str(tmp_path), "summary"])
    assert told.exit_code == 1
    assert "无法读写。 Is a directory." in told.output


def test_a_group_without_a_command_shows_its_help() -> None:
    assert "Commands:" in CliRunner().invoke(main, ["county"]).output


@pytest.mark.parametrize(
    ("typed", "there", "instead"),
    [
        ("doctor", "docker compose run --rm operator doctor", "`fuxue verify` checks its events"),
        ("backup", "docker compose run --rm operator backup", "stop it and copy its data directory, keys/ to another place"),
        ("restore", "docker compose run --rm restore", "put the copied directory back with its keys/"),
    ],
)
def test_a_command_of_the_deployment_says_so_elsewhere_and_what_to_do_instead(typed: str, there: str, instead: str) -> None:
    told = CliRunner().invoke(main, [typed], env={"FUXUE_COUNTY": None, "FUXUE_COUNTY_FILE": None})
    assert told.exit_code == 1
    assert f"这个命令用于容器部署：{there}。单机运行时" in told.output
    assert instead in told.output


def test_in_a_container_the_deployments_own_settings_are_what_is_missed() -> None:
    told = CliRunner().invoke(main, ["backup"], env={"FUXUE_COUNTY": "570126"})
    assert told.exit_code == 1
    assert "这个命令用于容器部署" not in told.output

"""A command typed wrongly is told so in Chinese and in English."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from services.cli import main


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
        (["demo", "--pupils", "3"], "选项 '--pupils' 的值不正确。应为整数，40 至 50000。", "3 is not in the range"),
        (["demo", "--seed", "x"], "选项 '--seed' 的值不正确。应为整数。", "'x' is not a valid integer."),
        (["demo", "--until", "x"], "选项 '--until' 的值不正确。应为日期，如 2026-09-01。", "does not match the format"),
        (["demo", "--seed"], "选项缺少值。", "Option '--seed' requires an argument."),
        (["demo", "--no-serve=3"], "该选项不带值。", "Option '--no-serve' does not take a value."),
        (["import", "roster"], "缺少参数 'FILE'。应为可读的文件。", "Missing argument 'FILE'."),
        (["county", "generate"], "缺少参数 'DIRECTORY'。应为目录。", "Missing argument 'DIRECTORY'."),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, list) else "",
)
def test_what_is_typed_wrongly_is_told_in_both_languages(typed: list[str], zh: str, en: str, tmp_path: Path) -> None:
    told = CliRunner().invoke(main, typed, env={"FUXUE_DATA": str(tmp_path)})
    assert told.exit_code == 2
    assert f"错误 Error: {zh}\n" in told.output
    assert en in told.output


def test_it_is_told_how_the_command_is_used_and_where_its_help_is(tmp_path: Path) -> None:
    told = CliRunner().invoke(main, ["case", "--foo"], env={"FUXUE_DATA": str(tmp_path)})
    assert "用法 Usage: main case [OPTIONS] NUMBER" in told.output
    assert "用 'main case --help' 查看帮助。 Try 'main case --help' for help." in told.output


def test_what_the_house_itself_says_of_its_usage_is_said_once(tmp_path: Path) -> None:
    told = CliRunner().invoke(main, ["serve", "--port", "0"], env={"FUXUE_DATA": str(tmp_path / "new"), "FUXUE_LANG": "zh"})
    assert told.exit_code == 2
    told = CliRunner().invoke(main, ["serve", "--county", "12", "--port", "8999"], env={"FUXUE_DATA": str(tmp_path / "new")})
    assert told.exit_code == 2
    assert told.output.count("--county") == 2, "once in the English, once in the Chinese part of its sentence"


def test_a_group_without_a_command_shows_its_help() -> None:
    assert "Commands:" in CliRunner().invoke(main, ["county"]).output

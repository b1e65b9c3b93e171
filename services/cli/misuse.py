"""What click says of a command that was typed wrongly, in both languages as all other sentences of the commands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any

import click

_CHINESE = re.compile(r"[一-鿿]")
_TYPED = re.compile(r"'[^']*'")
"""What was typed, as click repeats it: a file may have a Chinese name."""

_BY_WORDS = (
    (re.compile(r"^Missing command"), "缺少命令。"),
    (re.compile(r"^Got unexpected extra arguments? \((?P<what>.*)\)"), "有多余的参数：{what}。"),
    (re.compile(r"requires an argument|requires \d+ arguments"), "选项缺少值。"),
    (re.compile(r"does not take a value"), "该选项不带值。"),
)
"""What click tells by words alone."""


class Misused(click.UsageError):
    """A command was typed wrongly: Chinese first, then click's own words."""

    def show(self, file: IO[Any] | None = None) -> None:
        """How it is used, where help is, and what was wrong."""
        to_stderr = file is None
        if self.ctx is not None:
            _, _, pieces = self.ctx.get_usage().partition(": ")
            asking = f"{self.ctx.command_path} --help"
            click.echo(f"用法 Usage: {pieces}", file=file, err=to_stderr)
            click.echo(f"用 '{asking}' 查看帮助。 Try '{asking}' for help.\n", file=file, err=to_stderr)
        click.echo(f"错误 Error: {self.format_message()}", file=file, err=to_stderr)


class Failed(click.ClickException):
    """A command could not be done: what was raised, under the label that usage errors have."""

    def show(self, file: IO[Any] | None = None) -> None:
        """The sentence, in both languages as its label."""
        click.echo(f"错误 Error: {self.format_message()}", file=file, err=file is None)


@contextmanager
def told_in_both_languages() -> Iterator[None]:
    """Click's own complaints of what was typed become `Misused`; what the house says itself is in both languages already."""
    try:
        yield
    except (Misused, click.exceptions.NoArgsIsHelpError):
        raise
    except click.UsageError as wrong:
        english = wrong.format_message()
        raise Misused(
            english if _CHINESE.search(_TYPED.sub("", english)) else f"{_chinese(wrong, english)}\n{english}", wrong.ctx
        ) from wrong


def _chinese(wrong: click.UsageError, english: str) -> str:
    match wrong:
        case click.NoSuchOption():
            return f"没有选项 {wrong.option_name}。{_near(wrong.possibilities)}"
        case click.exceptions.NoSuchCommand():
            return f"没有命令 {wrong.command_name}。{_near(wrong.possibilities)}"
        case click.MissingParameter():
            return f"缺少{_kind(wrong.param)}{_named(wrong)}。{_accepted(wrong.param)}"
        case click.BadParameter():
            return f"{_kind(wrong.param)}{_named(wrong)} 的值不正确。{_accepted(wrong.param)}"
        case _:
            for pattern, sentence in _BY_WORDS:
                if (said := pattern.search(english)) is not None:
                    return sentence.format(**said.groupdict())
            return "命令的用法不正确。"


def _near(possibilities: Sequence[str] | None) -> str:
    return f"是否要用：{'、'.join(possibilities)}？" if possibilities else ""


def _kind(param: click.Parameter | None) -> str:
    return "选项" if isinstance(param, click.Option) else "参数"


def _named(wrong: click.BadParameter) -> str:
    if isinstance(wrong.param_hint, str):
        return f" {wrong.param_hint}"
    return "" if wrong.param is None else f" {wrong.param.get_error_hint(wrong.ctx)}"


def _accepted(param: click.Parameter | None) -> str:
    """What the parameter takes."""
    match param.type if param is not None else None:
        case click.Choice() as choice:
            return f"可用：{'、'.join(map(str, choice.choices))}。"
        case click.IntRange() as whole:
            least, most = ("不限" if bound is None else bound for bound in (whole.min, whole.max))
            return f"应为整数，{least} 至 {most}。"
        case click.types.IntParamType():
            return "应为整数。"
        case click.DateTime():
            return "应为日期，如 2026-09-01。"
        case click.Path() as path:
            return "应为目录。" if not path.file_okay else "应为可读的文件。" if path.exists else ""
        case _:
            return ""

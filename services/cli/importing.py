"""The commands that bring a county's files in."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from services.cli import show
from services.cli.answering import Told, house_of, printed
from services.cli.options import Settings, as_json, as_officer, settings_of

SCHOOL_CODE = re.compile("[0-9]{10}")
UNDER_WAY = ("staged", "accepted")
"""How an import stands while its rows are being applied."""

FIELD_BELOW = "\n  "
"""Before each bad field in a refusal's sentence."""

A_FILE = click.Path(path_type=Path, exists=True, dir_okay=False, readable=True)

dry_run_of = click.option("--dry-run", is_flag=True, help="Say what would change; change nothing. 只检查，不改变。")
again_of = click.option("--again", is_flag=True, help="With --dry-run: check a file imported before anew. 已导入过的也重新检查。")


@click.group("import", cls=Told)
def import_group() -> None:
    """导入 · Import a county's files (`fuxue template` writes their forms)."""


COUNTY_LISTS = (
    ("bodies", "bodies", "导入单位名录 · Import the bodies of the county."),
    ("officers", "officers", "导入人员名录 · Import officers, their posts and login names."),
    ("calendar-government", "calendar_government", "导入工作日历 · Import the calendar of working days."),
    ("calendar-schools", "calendar_school", "导入校历 · Import the calendar of school days."),
)
"""The lists that identity reads: the command (and its template), the kind that the API is told, the help."""


def _import_list(name: str, kind: str, words: str) -> None:
    """Make the command for one of them."""

    @import_group.command(name, help=words)
    @click.argument("file", type=A_FILE)
    @as_officer
    @as_json
    @settings_of
    def import_list(settings: Settings, file: Path, login: str | None, json_wanted: bool) -> None:  # noqa: FBT001  click gives flags so
        _county_list(settings, file, name, kind, login, json_wanted=json_wanted)


for each in COUNTY_LISTS:
    _import_list(*each)


@import_group.command("schools")
@click.argument("file", type=A_FILE)
@dry_run_of
@again_of
@as_officer
@as_json
@settings_of
def import_schools(
    settings: Settings,
    file: Path,
    dry_run: bool,  # noqa: FBT001  click gives flags so
    again: bool,  # noqa: FBT001  click gives flags so
    login: str | None,
    json_wanted: bool,  # noqa: FBT001  click gives flags so
) -> None:
    """导入学校班级 · Import the list of schools and classes (.xlsx)."""
    form = {"kind": "schools", **_rehearsal(dry_run=dry_run, again=again)}
    _into_registry(settings, file, form, login, json_wanted=json_wanted)


@import_group.command("roster")
@click.argument("file", type=A_FILE)
@click.option("--school", "school_code", metavar="CODE", help="10-digit school code; by default the file's name. 学校代码。")
@dry_run_of
@again_of
@as_officer
@as_json
@settings_of
def import_roster(
    settings: Settings,
    file: Path,
    school_code: str | None,
    dry_run: bool,  # noqa: FBT001  click gives flags so
    again: bool,  # noqa: FBT001  click gives flags so
    login: str | None,
    json_wanted: bool,  # noqa: FBT001  click gives flags so
) -> None:
    """导入名册 · Import a school's roster (.xlsx or .csv)."""
    if school_code is None and not SCHOOL_CODE.fullmatch(file.stem):
        raise click.UsageError(
            "文件名不是 10 位学校代码，请用 --school 指定学校代码。\n"
            "The file is not named after a school: give its 10-digit code with --school."
        )
    form = {"kind": "roster", "school_code": school_code or file.stem, **_rehearsal(dry_run=dry_run, again=again)}
    _into_registry(settings, file, form, login, json_wanted=json_wanted)


@import_group.command("rollcall")
@click.argument("file", type=A_FILE)
@as_officer
@as_json
@settings_of
def import_rollcall(settings: Settings, file: Path, login: str | None, json_wanted: bool) -> None:  # noqa: FBT001  click gives flags so
    """导入点名表 · Enter roll calls from a file of exceptions.

    \b
    每行一名缺勤或请假的学生；全班到齐的班级只填一行“全勤”。
    One row a child that was away; a class of which nobody was away has one row 全勤.
    \b
    日期        学校代码    年级  班号  场次  学籍号                情况
    2026-09-01  3157126100  4     1     上午  G570126201704150025  缺勤
    2026-09-01  3157126100  5     1     上午                       全勤
    \b
    场次 session   上午、下午、宿舍、返校
    情况 standing  全勤、缺勤、旷课、请假、事假、病假（有证明）
    \b
    `fuxue template rollcall FILE` 写出模板 writes the form.
    """
    with house_of(settings) as house:
        house.sign_in(login)
        with _template_named("rollcall"):
            answer = house.upload("/registry/roll-calls:import", file)
        house.settle()
    printed(answer, lambda done: show.roll_calls(done, file.name), json_wanted=json_wanted)


def _rehearsal(*, dry_run: bool, again: bool) -> dict[str, str]:
    """The fields that ask for a dry run; raises UsageError of one that is done again without being one."""
    if again and not dry_run:
        raise click.UsageError("--again 只能与 --dry-run 同用。 --again goes with --dry-run only.")
    return {"dry_run": "true" if dry_run else "false", "again": "true" if again else "false"}


@contextmanager
def _template_named(kind: str) -> Iterator[None]:
    """Where rows or columns were refused, the sentence names the template as well."""
    from services.cli.reach import Refused

    try:
        yield
    except Refused as refused:
        if FIELD_BELOW not in refused.message:
            raise
        raise Refused(f"{refused.message}\n模板 template: fuxue template {kind} FILE") from refused


def _county_list(settings: Settings, file: Path, template: str, kind: str, login: str | None, *, json_wanted: bool) -> None:
    """A list that identity reads: taken whole, or refused with every bad row."""
    with house_of(settings) as house:
        house.sign_in(login)
        with _template_named(template):
            answer = house.upload("/identity/imports", file, kind=kind)
        house.settle()
    printed(answer, lambda done: show.county_list(done, file.name), json_wanted=json_wanted)


def _into_registry(settings: Settings, file: Path, form: dict[str, str], login: str | None, *, json_wanted: bool) -> None:
    """A list that the registry reads: how it stands once its rows are applied, and what was found in it."""
    with house_of(settings) as house:
        house.sign_in(login)
        taken = house.upload("/registry/imports", file, **form)
        where = f"/registry/imports/{taken['import_id']}"
        answer: dict[str, Any] = {**taken, **house.wait(where, while_in=UNDER_WAY)}
        answer["findings"] = [
            finding for severity in ("error", "warning") for finding in house.whole(f"{where}/errors", severity=severity)["items"]
        ]
    asked = show.Asked(file.name, dry_run=form["dry_run"] == "true")
    printed(answer, lambda done: show.imported(done, asked, settings.language), json_wanted=json_wanted)
    if answer["errors"] or answer["refused"]:
        sys.exit(1)

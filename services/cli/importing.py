"""The commands that bring a county's files in."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import click

from services.cli import show
from services.cli.answering import Told, house_of, printed
from services.cli.options import Settings, as_json, as_officer, settings_of

FINDINGS_SHOWN = 200
SCHOOL_CODE = re.compile("[0-9]{10}")
UNDER_WAY = ("staged", "accepted")
"""How an import stands while its rows are being applied."""

A_FILE = click.Path(path_type=Path, exists=True, dir_okay=False, readable=True)


@click.group("import", cls=Told)
def import_group() -> None:
    """导入 · Import a county's files."""


@import_group.command("roster")
@click.argument("file", type=A_FILE)
@click.option("--school", "school_code", metavar="CODE", help="10-digit school code; by default the file's name. 学校代码。")
@click.option("--dry-run", is_flag=True, help="Say what would change; change nothing. 只检查，不改变。")
@as_officer
@as_json
@settings_of
def import_roster(
    settings: Settings,
    file: Path,
    school_code: str | None,
    dry_run: bool,  # noqa: FBT001  click gives flags so
    login: str | None,
    json_wanted: bool,  # noqa: FBT001  click gives flags so
) -> None:
    """导入名册 · Import a school's roster (.xlsx or .csv)."""
    if school_code is None and not SCHOOL_CODE.fullmatch(file.stem):
        raise click.UsageError(
            "文件名不是 10 位学校代码，请用 --school 指定学校代码。\n"
            "The file is not named after a school: give its 10-digit code with --school."
        )
    with house_of(settings) as house:
        house.sign_in(login)
        form = {"kind": "roster", "school_code": school_code or file.stem, "dry_run": "true" if dry_run else "false"}
        taken = house.upload("/registry/imports", file, **form)
        where = f"/registry/imports/{taken['import_id']}"
        answer = {**taken, **house.wait(where, while_in=UNDER_WAY)}
        answer["findings"] = [
            finding
            for severity in ("error", "warning")
            for finding in house.get(f"{where}/errors", severity=severity, limit=FINDINGS_SHOWN)["items"]
        ]
    printed(answer, lambda done: show.imported(done, settings.language), json_wanted=json_wanted)
    if answer["errors"]:
        sys.exit(1)


@import_group.command("rollcall")
@click.argument("file", type=A_FILE)
@as_officer
@as_json
@settings_of
def import_rollcall(settings: Settings, file: Path, login: str | None, json_wanted: bool) -> None:  # noqa: FBT001  click gives flags so
    """导入点名表 · Enter roll calls from a CSV file of exceptions."""
    with house_of(settings) as house:
        house.sign_in(login)
        answer = house.upload("/registry/roll-calls:import", file)
        house.settle()
    printed(answer, show.roll_calls, json_wanted=json_wanted)

"""The commands that bring a county's files in."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from services.cli import show
from services.cli.answering import Told, house_of, printed
from services.cli.options import Settings, as_json, as_officer, settings_of

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
    with house_of(settings) as house:
        house.sign_in(login)
        form = {"kind": "roster", "school_code": school_code or file.stem, "dry_run": "true" if dry_run else "false"}
        answer = house.upload("/registry/imports", file, **form)
        findings: list[Any] = []
        if not dry_run:
            house.settle()
        if answer.get("import_id"):
            answer = {**answer, **house.get(f"/registry/imports/{answer['import_id']}")}
            findings = house.get(f"/registry/imports/{answer['import_id']}/errors", limit=show.ERRORS_SHOWN)["items"]
    printed({**answer, "findings": findings}, show.imported, json_wanted=json_wanted)
    if any(finding["severity"] == "error" for finding in findings):
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
    printed(answer, show.imported, json_wanted=json_wanted)

"""`fuxue …`: the commands and their options; what they print stands in `show.py`, how they reach a house in `reach.py`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

from services.chassis.errors import Fault, Refusal
from services.chassis.logs import configure_logs
from services.cli import playing, serving, show
from services.cli.reach import Reach, reach
from services.contracts.catalogue import SERVICES
from services.demo.county import generate
from services.demo.performance import FIRST_DAY
from services.demo.stage import Refused

DEFAULT_PUPILS = 2_000
DEFAULT_SEED = 7

F = TypeVar("F", bound=Callable[..., Any])


class Told(click.Group):
    """A group whose faults and refusals are sentences, not tracebacks."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            raise click.ClickException(f"{refusal.sentence('zh')}\n{refusal.sentence('en')}") from refusal
        except (Fault, Refused) as fault:
            raise click.ClickException(str(fault)) from fault


class Settings(msgspec.Struct, frozen=True):
    """What every command is told."""

    data: Path
    language: str


settings_of = click.make_pass_decorator(Settings)
as_officer = click.option("--as", "login", metavar="LOGIN", help="The officer you act for (also FUXUE_OFFICER). 以谁的身份。")
as_json = click.option("--json", "json_wanted", is_flag=True, help="Print JSON.")


def _printed(answer: Any, text: Callable[[Any], None], *, json_wanted: bool) -> None:
    if json_wanted:
        click.echo(msgspec.json.format(msgspec.json.encode(answer), indent=2).decode())
    else:
        text(answer)


@click.group(cls=Told, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--data",
    envvar="FUXUE_DATA",
    default="./data",
    show_default=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="The data directory (also FUXUE_DATA).",
)
@click.option("--lang", "language", envvar="FUXUE_LANG", default="zh", type=click.Choice(["zh", "en"]), show_default=True)
@click.pass_context
def main(ctx: click.Context, data: Path, language: str) -> None:
    """Fuxue 复学 – every child back at school. 让每个孩子回到学校。"""
    configure_logs("warning")
    ctx.obj = Settings(data, language)


@main.command()
@click.option("--seed", default=DEFAULT_SEED, show_default=True, help="The same seed makes the same county.")
@click.option("--pupils", default=DEFAULT_PUPILS, show_default=True, type=click.IntRange(40, 50_000))
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Play no further than this day.")
@click.option("--no-serve", is_flag=True, help="End when the days are played.")
@serving.address
@settings_of
def demo(settings: Settings, seed: int, pupils: int, until: Any, no_serve: bool, host: str, port: int) -> None:  # noqa: FBT001  click gives flags so
    """Make an invented county, live through 30 school days, serve it. 生成虚构县并演示。"""
    playing.run(settings.data, seed=seed, pupils=pupils, until=until.date() if until else None)
    if not no_serve:
        serving.serve(settings.data, host, port)


@main.command()
@click.option("--county", metavar="CODE", help="6-digit division code; needed once, for a new data directory.")
@serving.address
@settings_of
def serve(settings: Settings, county: str | None, host: str, port: int) -> None:
    """Serve the API from the data directory. 启动服务。"""
    serving.found_if_new(settings.data, county)
    serving.serve(settings.data, host, port)


@main.group("import", cls=Told)
def import_group() -> None:
    """Import a county's files. 导入。"""


@import_group.command("roster")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--school", "school_code", metavar="CODE", help="10-digit school code; by default the file's name.")
@click.option("--dry-run", is_flag=True, help="Say what would change; change nothing.")
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
    """Import a school's roster (.xlsx or .csv). 导入学生名册。"""
    with reach(settings.data, settings.language) as house:
        house.sign_in(login)
        form = {"kind": "roster", "school_code": school_code or file.stem, "dry_run": "true" if dry_run else "false"}
        answer = house.upload("/registry/imports", file, **form)
        findings: list[Any] = []
        if not dry_run:
            house.settle()
        if answer.get("import_id"):
            answer = {**answer, **house.get(f"/registry/imports/{answer['import_id']}")}
            findings = house.get(f"/registry/imports/{answer['import_id']}/errors", limit=show.ERRORS_SHOWN)["items"]
    _printed({**answer, "findings": findings}, show.imported, json_wanted=json_wanted)
    if any(finding["severity"] == "error" for finding in findings):
        sys.exit(1)


@import_group.command("rollcall")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@as_officer
@as_json
@settings_of
def import_rollcall(settings: Settings, file: Path, login: str | None, json_wanted: bool) -> None:  # noqa: FBT001  click gives flags so
    """Enter roll calls from a CSV file of exceptions. 导入点名表。"""
    with reach(settings.data, settings.language) as house:
        house.sign_in(login)
        answer = house.upload("/registry/roll-calls:import", file)
        house.settle()
    _printed(answer, show.imported, json_wanted=json_wanted)


@main.command()
@click.option("--ledger", "which", type=click.Choice(["school_age", "suspected", "dropout"]), help="One ledger only.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 200))
@as_officer
@as_json
@settings_of
def ledger(settings: Settings, which: str | None, limit: int, login: str | None, json_wanted: bool) -> None:  # noqa: FBT001  click gives flags so
    """The ledgers, as the officer may see them. 台账。"""
    with reach(settings.data, settings.language) as house:
        house.sign_in(login)
        answer = house.get("/registry/ledger", ledger=which, limit=limit)
    _printed(answer, show.ledger, json_wanted=json_wanted)


@main.command()
@click.argument("number")
@as_officer
@as_json
@settings_of
def case(settings: Settings, number: str, login: str | None, json_wanted: bool) -> None:  # noqa: FBT001  click gives flags so
    """One case with its cause, plan, visits, duties and closing. 个案。"""
    with reach(settings.data, settings.language) as house:
        house.sign_in(login)
        answer = house.get(f"/casework/cases/{number}")
        answer["pupil"] = _pupil(house, answer["pupil_id"], answer["case_id"])
    _printed(answer, show.case, json_wanted=json_wanted)


def _pupil(house: Reach, pupil_id: str, case_id: str) -> Any:
    """What the officer may see of the child, asked for with its purpose and logged by the registry."""
    asked = {"purpose": "casework", "pupil_ids": [pupil_id], "fields": ["name"], "case_id": case_id}
    return house.post("/registry/persons:resolve", asked)["persons"][0]


@main.command()
@click.argument("reference", metavar="NUMBER|EVENT_ID")
@as_officer
@as_json
@settings_of
def trace(settings: Settings, reference: str, login: str | None, json_wanted: bool) -> None:  # noqa: FBT001  click gives flags so
    """The chain over all services and bodies: who, when, what, caused by what. 追溯。"""
    with reach(settings.data, settings.language) as house:
        house.sign_in(login)
        answer = house.get(f"/oversight/trace/{reference}")
    _printed(answer, lambda chain: show.trace(chain, settings.language), json_wanted=json_wanted)


@main.command()
@as_officer
@as_json
@settings_of
def summary(settings: Settings, login: str | None, json_wanted: bool) -> None:  # noqa: FBT001  click gives flags so
    """The county in numbers. 汇总。"""
    with reach(settings.data, settings.language) as house:
        house.sign_in(login)
        answer = house.get("/oversight/summary")
    _printed(answer, show.summary, json_wanted=json_wanted)


@main.command()
@as_json
@settings_of
def verify(settings: Settings, json_wanted: bool) -> None:  # noqa: FBT001  click gives flags so
    """Verify every service's events against hashes, checkpoints and oversight's anchors. 核验。"""
    with reach(settings.data, settings.language) as house:
        house.as_operator()
        reports = {}
        for name in SERVICES:
            anchors = house.get(f"/oversight/anchors/{name}")["items"]
            reports[name] = house.send_file(f"/{name}/operator/verify", "anchors", anchors)
    _printed(reports, show.verified, json_wanted=json_wanted)
    if not all(report["sound"] for report in reports.values()):
        sys.exit(1)


@main.command()
@click.argument("service", type=click.Choice(SERVICES))
@as_json
@settings_of
def rebuild(settings: Settings, service: str, json_wanted: bool) -> None:  # noqa: FBT001  click gives flags so
    """Rebuild a service's read models from its events. 重建读模型。"""
    with reach(settings.data, settings.language) as house:
        house.as_operator()
        answer = house.post(f"/{service}/operator/rebuild", {})
    _printed(answer, show.rebuilt, json_wanted=json_wanted)


@main.command()
@click.argument("service", type=click.Choice(SERVICES))
@settings_of
def republish(settings: Settings, service: str) -> None:
    """Send a service's events to the bus again, for a service that came when the bus had forgotten the first ones. 重新发布。"""
    with reach(settings.data, settings.language) as house:
        house.as_operator()
        sent = house.post(f"/{service}/operator/republish", {})["events"]
        house.settle()
    click.echo(f"{sent} sent")


@main.group(cls=Told)
def parked() -> None:
    """Events that wait because they could not be handled. 搁置的事件。"""


@parked.command("list")
@as_json
@settings_of
def parked_list(settings: Settings, json_wanted: bool) -> None:  # noqa: FBT001  click gives flags so
    """All that waits, in every service."""
    with reach(settings.data, settings.language) as house:
        house.as_operator()
        items = [{"service": name, **item} for name in SERVICES for item in house.get(f"/{name}/operator/parked")["items"]]
    _printed({"items": items}, show.parked, json_wanted=json_wanted)


@parked.command("show")
@click.argument("service", type=click.Choice(SERVICES))
@click.argument("position", type=int)
@settings_of
def parked_show(settings: Settings, service: str, position: int) -> None:
    """One parked event, without its data."""
    with reach(settings.data, settings.language) as house:
        house.as_operator()
        answer = house.get(f"/{service}/operator/parked/{position}")
    _printed(answer, click.echo, json_wanted=True)


@parked.command("replay")
@click.argument("service", type=click.Choice(SERVICES))
@click.argument("position", type=int)
@settings_of
def parked_replay(settings: Settings, service: str, position: int) -> None:
    """Handle it again, and what waits behind it."""
    _release(settings, service, position, "replay")


@parked.command("discard")
@click.argument("service", type=click.Choice(SERVICES))
@click.argument("position", type=int)
@click.confirmation_option(prompt="The event will have no effect in this service. Go on?")
@settings_of
def parked_discard(settings: Settings, service: str, position: int) -> None:
    """Count it as handled without effect, and go on with what waits behind it."""
    _release(settings, service, position, "discard")


def _release(settings: Settings, service: str, position: int, how: str) -> None:
    with reach(settings.data, settings.language) as house:
        house.as_operator()
        handled = house.post(f"/{service}/operator/parked/{position}:{how}", {})["handled"]
        house.settle()
    click.echo(f"{handled} handled")
    if not handled:
        sys.exit(1)


@main.group(cls=Told)
def county() -> None:
    """The invented county. 虚构县。"""


@county.command("generate")
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
@click.option("--seed", default=DEFAULT_SEED, show_default=True)
@click.option("--pupils", default=DEFAULT_PUPILS, show_default=True, type=click.IntRange(40, 50_000))
def county_generate(directory: Path, seed: int, pupils: int) -> None:
    """Write the files of an invented county, and the truth planted in them."""
    files = generate(directory, seed=seed, pupils=pupils, first_day=FIRST_DAY)
    click.echo(f"{directory}: {len(files.rosters)} rosters, {pupils} pupils, seed {seed}")

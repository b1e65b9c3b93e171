"""The operator's commands: verify, rebuild, parked events. The operator holds the deployment's keys and sees no child."""

from __future__ import annotations

import sys

import click
import msgspec

from services.cli import show
from services.cli.answering import Told, house_of, printed
from services.cli.options import Settings, as_json, settings_of
from services.contracts.services import SERVICES

a_service = click.argument("service", metavar="SERVICE", type=click.Choice(SERVICES))
a_position = click.argument("position", type=click.IntRange(1))
THE_SERVICES = f"SERVICE 服务: {', '.join(SERVICES)}"
"""Named once, at the end of a command's help, and not as the argument's name."""


@click.command()
@as_json
@settings_of
def verify(settings: Settings, json_wanted: bool) -> None:  # noqa: FBT001  click gives flags so
    """核验 · Verify all events by hashes, checkpoints and anchors."""
    from services.cli.verifying import verified

    with house_of(settings) as house:
        reports = {name: msgspec.to_builtins(verified(house, name)) for name in SERVICES}
    printed(reports, show.verified, json_wanted=json_wanted)
    if not all(report["sound"] for report in reports.values()):
        sys.exit(1)


@click.command(epilog=THE_SERVICES)
@a_service
@as_json
@settings_of
def rebuild(settings: Settings, service: str, json_wanted: bool) -> None:  # noqa: FBT001  click gives flags so
    """重建 · Rebuild a service's read models from its events."""
    with house_of(settings) as house:
        house.as_operator()
        answer = house.post(f"/{service}/operator/rebuild", {})
    printed(answer, lambda done: show.rebuilt(service, done), json_wanted=json_wanted)


@click.command(epilog=THE_SERVICES)
@click.argument("service", metavar="[SERVICE]", type=click.Choice(SERVICES), required=False)
@as_json
@settings_of
def republish(settings: Settings, service: str | None, json_wanted: bool) -> None:  # noqa: FBT001  click gives flags so
    """重新发布 · Send the events of a service, or of all, to the bus once more.

    For readers that came too late, or have lost their place on the bus. After a restore it happens by itself.
    """
    with house_of(settings) as house:
        house.as_operator()
        sent = {}
        for name in SERVICES if service is None else (service,):
            sent[name] = house.post(f"/{name}/operator/republish", {})
        house.settle()
    printed(sent, show.republished, json_wanted=json_wanted)


@click.group(cls=Told)
def parked() -> None:
    """搁置 · Events that wait because they could not be handled."""


@parked.command("list")
@as_json
@settings_of
def parked_list(settings: Settings, json_wanted: bool) -> None:  # noqa: FBT001  click gives flags so
    """列出 · All that waits, in every service."""
    with house_of(settings) as house:
        house.as_operator()
        items = [{"service": name, **item} for name in SERVICES for item in house.get(f"/{name}/operator/parked")["items"]]
    printed({"items": items}, show.parked, json_wanted=json_wanted)


@parked.command("show", epilog=THE_SERVICES)
@a_service
@a_position
@as_json
@settings_of
def parked_show(settings: Settings, service: str, position: int, json_wanted: bool) -> None:  # noqa: FBT001  click gives flags so
    """查看 · One parked event, without its data."""
    with house_of(settings) as house:
        house.as_operator()
        answer = house.get(f"/{service}/operator/parked/{position}")
    printed({"service": service, **answer}, show.parked_event, json_wanted=json_wanted)


@parked.command("replay", epilog=THE_SERVICES)
@a_service
@a_position
@settings_of
def parked_replay(settings: Settings, service: str, position: int) -> None:
    """重新处理 · Handle it again, and what waits behind it."""
    _release(settings, service, position, "replay")


@parked.command("discard", epilog=THE_SERVICES)
@a_service
@a_position
@click.confirmation_option(prompt="此事件将不在该服务生效，继续吗？ The event will have no effect in this service. Go on?")
@settings_of
def parked_discard(settings: Settings, service: str, position: int) -> None:
    """放弃 · Count it as handled without effect; go on behind it."""
    _release(settings, service, position, "discard")


def _release(settings: Settings, service: str, position: int, how: str) -> None:
    with house_of(settings) as house:
        house.as_operator()
        handled = house.post(f"/{service}/operator/parked/{position}:{how}", {})["handled"]
        house.settle()
    click.echo(f"处理了 {handled} 个事件 {handled} handled")
    if not handled:
        sys.exit(1)

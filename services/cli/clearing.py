"""`fuxue clean-demo`: throws a demo's data away, and never a real county's, whose keys exist once."""

from __future__ import annotations

from pathlib import Path

import click

from services.cli.listening import require_unowned
from services.cli.options import Settings, settings_of
from services.deployment import DEPLOYMENT_FILE, Ownership, deployment_in


class NotCleared(click.ClickException):
    """The directory is not marked as a demo's: nothing in it is touched."""


@click.command("clean-demo")
@settings_of
def clean_demo(settings: Settings) -> None:
    """清除演示 · Throw a demo's data away; never a real county's."""
    data = settings.data
    if not data.exists() or not any(data.iterdir()):
        click.echo(f"{data} 中没有数据，无需清除。 {data} holds nothing; there is nothing to clear.")
        return
    _require_demo(data)
    require_unowned(data)
    left = _clear(data)
    click.echo(f"演示数据已清除 the demo's data are gone: {data}")
    if left:
        click.echo(f"其余文件保留 what the demo did not make is left: {', '.join(left)}")


def _require_demo(data: Path) -> None:
    """Raises NotCleared."""
    if (data / DEPLOYMENT_FILE).exists() and deployment_in(data).demo_from is not None:
        return
    raise NotCleared(
        f"{data} 不是演示数据，不予清除；请用 --data（或 FUXUE_DATA）指定演示的目录。\n"
        f"{data} does not hold a demo and is not cleared; name the demo's directory with --data (or FUXUE_DATA)."
    )


def _clear(data: Path) -> list[str]:
    """Remove what the demo made, by its names, while nobody else can own the directory; answers the names of what is left.

    The mark of a demo goes last: what was interrupted can be cleared again.
    """
    from services.demo.made import directories_made, files_made, others_in

    ownership = Ownership(data)
    mark = data / DEPLOYMENT_FILE
    for path in files_made(data):
        if path != mark:
            path.unlink()
    for directory in directories_made(data):
        if not any(directory.iterdir()):
            directory.rmdir()
    left = others_in(data)
    mark.unlink()
    ownership.release()
    if not left and not data.is_symlink():
        data.rmdir()
    return left

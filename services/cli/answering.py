"""How every command answers: what it found as text or JSON; refusals, faults and Ctrl-C as sentences with an exit code."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from errno import EPIPE
from typing import IO, TYPE_CHECKING, Any

import click
import msgspec

from services.chassis.errors import Fault, Refusal
from services.cli.misuse import Failed, told_in_both_languages
from services.cli.options import Settings

if TYPE_CHECKING:
    from services.cli.reach import Reach

STOPPED_BY_SIGNAL = 130
"""What shells take for "ended by Ctrl-C": 128 and the number of SIGINT."""


class Stopped(click.ClickException):
    """Ctrl-C ended the command where nothing is left half done; says how to go on."""

    exit_code = STOPPED_BY_SIGNAL

    def show(self, file: IO[Any] | None = None) -> None:
        """One sentence, without the word Error: nothing went wrong."""
        click.echo(f"\n{self.message}", file=file, err=file is None)


class Told(click.Group):
    """A group that lists its commands in their order; its refusals, faults and bugs are sentences, not tracebacks."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which they are added: what one does first stands first."""
        del ctx
        return list(self.commands)

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        with told_in_both_languages():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            with told_in_both_languages():
                return self._done(ctx)
        except click.ClickException as told:
            if type(told).show is click.ClickException.show:
                raise Failed(told.format_message()) from told
            raise

    def _done(self, ctx: click.Context) -> Any:
        """The command done; whatever else it raises becomes what click shows."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise Stopped("已停止。 Stopped.") from None
        except Refusal as refusal:
            raise click.ClickException(f"{refusal.sentence('zh')}\n{refusal.sentence('en')}") from refusal
        except Fault as fault:
            raise click.ClickException(str(fault)) from fault
        except OSError as trouble:
            if trouble.errno == EPIPE:
                raise  # whoever reads has read enough; click ends in silence
            where = "" if trouble.filename is None else f"{trouble.filename}: "
            raise click.ClickException(f"{where}无法读写。 {trouble.strerror or type(trouble).__name__}.") from trouble
        except click.Abort as ended:
            if isinstance(ended.__context__, KeyboardInterrupt):  # Ctrl-C at a prompt, which click calls by another name
                raise Stopped("已停止。 Stopped.") from None
            raise
        except (click.ClickException, click.exceptions.Exit):
            raise
        except Exception as bug:
            _log(bug)
            raise click.ClickException(
                "程序出错，上面一行是出错的位置。\nThis is a bug in Fuxue; the line above says where."
            ) from bug


def _log(bug: Exception) -> None:
    """Type and places of what nobody expected; a traceback would show its words, which may hold a child's data."""
    import structlog

    from services.chassis.logs import configure_unconfigured_logs

    configure_unconfigured_logs()
    structlog.get_logger().error("command_failed", exc_info=bug)


@contextmanager
def house_of(settings: Settings) -> Iterator[Reach]:
    """The house on the data directory, within reach for one command."""
    from services.cli.reach import reach

    with reach(settings.data, settings.language) as house:
        yield house


def printed(answer: Any, text: Callable[[Any], None], *, json_wanted: bool) -> None:
    """The answer as JSON, or as people read it."""
    if json_wanted:
        click.echo(msgspec.json.format(msgspec.json.encode(answer), indent=2).decode())
    else:
        text(answer)

"""Running the command: from arguments to an exit code, with no traceback on the way."""

import io
import os
import sys
import traceback
from collections.abc import Callable, Sequence

import typer

from runtime.cli.refusal import ExitCode, Refusal

_INTERRUPTED = 130


def run(arguments: Sequence[str]) -> int:
    """Run one command; give its exit code."""
    from runtime.cli.app import app

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot show a letter shall not end the command.
            stream.reconfigure(errors="backslashreplace")
    debug = "--debug" in arguments or os.environ.get("HARENA_DEBUG", "") not in {"", "0"}
    return guarded(lambda: app(list(arguments), prog_name="harena"), debug=debug)


def guarded(command: Callable[[], object], *, debug: bool) -> int:
    """Call a command; whatever it raises becomes a sentence on standard error and an exit code."""
    try:
        command()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else ExitCode.YES if end.code is None else ExitCode.NO
    except Refusal as refusal:
        return _refused(refusal)
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        # The reader has seen enough; nor shall Python complain about it when it closes the pipe.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.NO
    except Exception as error:  # noqa: BLE001 - the last stop: a user gets a sentence, and the traceback on request
        return _mistaken(error, debug=debug)
    return ExitCode.YES


def _refused(refusal: Refusal) -> int:
    _say("error", refusal.sentence)
    if refusal.hint:
        _say("hint", refusal.hint)
    return refusal.exit_code


def _mistaken(error: Exception, *, debug: bool) -> int:
    if debug:
        typer.echo("".join(traceback.format_exception(error)), err=True, nl=False)
    _say("error", f"this is a bug in harena: {type(error).__name__}: {error}")
    if not debug:
        _say("hint", "set HARENA_DEBUG=1 to see where it happened")
    return ExitCode.NO


def _say(what: str, sentence: str) -> None:
    # Not Rich: a mistake is told in the same moment that the command is, without an import that could fail as well.
    colour = {"error": typer.colors.RED, "hint": typer.colors.CYAN}[what]
    words = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in sentence)
    colourless = "NO_COLOR" in os.environ or not sys.stderr.isatty()
    typer.echo(f"{what if colourless else typer.style(what, fg=colour, bold=True)}: {words}", err=True)

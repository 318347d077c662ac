"""What went wrong, on stderr, and the exit status that says so.

In: the work of a command.  Out: 0 or what a verb returns, 1 for errors of a program or its data, 2 for usage, 70 for a
bug in graphc, 130 and 141 for an interrupt and a closed pipe.  No traceback without `--debug`.
"""

from __future__ import annotations

import errno
import os
import shlex
import sys
import traceback
from collections.abc import Callable, Collection
from contextlib import suppress
from io import StringIO, TextIOWrapper
from typing import Any

import click

from graphc.cli.terminal import Manner, columns, problem

OK, WRONG, USAGE, BUG, INTERRUPTED, PIPE_CLOSED = 0, 1, 2, 70, 130, 141


class Misuse(click.UsageError):
    """A command that can't be understood, and what to type instead."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


class NoSuchVerb(Misuse):
    """`graphc grd`, `graphc help run`, or a program without a verb: `graphc poly.g`."""

    def __init__(self, name: str, verbs: Collection[str], following: str | None = None) -> None:
        from graphc.diagnostics.suggest import suggest
        from graphc.diagnostics.terminal import escape

        near = suggest(name, verbs)
        if name == "help":
            hint = f"graphc {following} --help" if following in verbs else "graphc --help"
        elif near:
            hint = f"did you mean {near}?"
        elif name.endswith(".g") or os.path.exists(name):
            hint = f"graphc run {name}"
        else:
            hint = "graphc --help"
        super().__init__(f"there is no verb {escape(name)}", hint)


def guarded(work: Callable[[], int], manner: Manner) -> int:
    """Do the work, and say what happened."""
    _make_streams_safe()
    try:
        status = work()
        sys.stdout.flush()
        return status
    except click.exceptions.Exit as exit:
        return exit.exit_code
    except click.ClickException as error:
        return _misused(error, manner)
    except (KeyboardInterrupt, click.Abort):
        _print("", manner)
        return INTERRUPTED
    except BrokenPipeError:
        _abandon_stdout()
        return PIPE_CLOSED
    except Exception as error:
        return _failed(error, manner)


class _Nowhere(StringIO):
    """In the place of a stream that is closed."""

    def write(self, text: str) -> int:
        return len(text)


def _make_streams_safe() -> None:
    """A closed stream takes everything and keeps nothing; characters that a stream hasn't are escaped."""
    sys.stdout = sys.stdout or _Nowhere()
    sys.stderr = sys.stderr or _Nowhere()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _print(text: str, manner: Manner) -> None:
    click.echo(text, err=True, color=manner.paints(sys.stderr))


def _abandon_stdout() -> None:
    """Nobody reads it any more: keep the interpreter from writing what is left."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


# ---------------------------------------------------------------- usage


def _misused(error: click.ClickException, manner: Manner) -> int:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        _print(error.message, manner)
        return USAGE
    message, hint = _in_words(error)
    _print(problem("error", message, hint, manner.paints(sys.stderr)), manner)
    return USAGE


def _in_words(error: click.ClickException) -> tuple[str, str | None]:
    """click's errors in our words."""
    ctx = getattr(error, "ctx", None)
    path = ctx.command_path if ctx is not None else "graphc"
    match error:
        case Misuse():
            return error.message, error.hint
        case click.NoSuchOption():
            return f"there is no option {error.option_name}", _nearest_option(error, ctx) or f"{path} --help"
        case click.MissingParameter() if error.param is not None:
            name = error.param.opts[0] if isinstance(error.param, click.Option) else error.param.human_readable_name
            return f"{name} is missing", f"{path} --help"
        case click.BadParameter() if error.param is not None:
            name = error.param.opts[0] if isinstance(error.param, click.Option) else error.param.human_readable_name
            if isinstance(error.param.type, click.IntRange):
                most = error.param.type.max
                sample = f"{name} 100" if most is None else f"{name} {error.param.type.min}, … {name} {most}"
                return f"{name} takes a whole number {_range(error.param.type)}", sample
            if isinstance(error.param.type, click.FloatRange):
                least = error.param.type.min
                bound = f"above {least:g}" if error.param.type.min_open else f"from {least:g} on"
                return f"{name} takes a number {bound}", f"{name} 0.5"
            return f"{name}: {_sentence(error.message)}", None
    return _sentence(error.format_message()), f"{path} --help"


def _range(type: click.IntRange) -> str:
    return f"from {type.min} on" if type.max is None else f"from {type.min} to {type.max}"


def _sentence(text: str) -> str:
    text = text.strip().rstrip(".")
    return text[:1].lower() + text[1:]


def _nearest_option(error: click.NoSuchOption, ctx: click.Context | None) -> str | None:
    from graphc.diagnostics.suggest import suggest

    if ctx is None:
        return None
    known = [opt for p in ctx.command.get_params(ctx) for opt in (*p.opts, *p.secondary_opts) if opt[:2] == "--"]
    near = suggest(error.option_name, known) or next((o for o in known if o.startswith(error.option_name)), None)
    return f"did you mean {near}?" if near else None


# ---------------------------------------------------------------- errors


def _failed(error: Exception, manner: Manner) -> int:
    from graphc.diagnostics import Diagnostic, Diagnostics
    from graphc.diagnostics.render import render

    match error:
        case Diagnostics():
            items = error.items
        case OSError(errno=errno.ENOSPC | errno.EIO | errno.EBADF):
            items = (Diagnostic("E0706", f"the output can't be written: {(error.strerror or '').lower()}"),)
            _abandon_stdout()
        case MemoryError():
            items = (Diagnostic("E0607", "there isn't enough memory"),)
        case RecursionError():
            items = (Diagnostic("E0901", "loops and branches are nested too deeply"),)
        case _:
            return _bug(error, manner)
    _print(render(items, color=manner.paints(sys.stderr), width=columns(sys.stderr, 140)), manner)
    return USAGE if any(d.code == "E0707" for d in items) else WRONG


def _bug(error: Exception, manner: Manner) -> int:
    if manner.debug:
        traceback.print_exception(error)
        return BUG
    frames = traceback.extract_tb(error.__traceback__)
    place = f" (at {'/'.join(frames[-1].filename.split(os.sep)[-2:])}:{frames[-1].lineno})" if frames else ""
    notes: Any = getattr(error, "__notes__", ())
    lines = [
        problem("internal error", f"{type(error).__name__}: {error}{place}", None, manner.paints(sys.stderr)),
        *(f"   = note: {note}" for note in notes),
        "   = note: this is a bug in graphc, not in your program; please report it with what this prints:",
        f"   = hint: graphc {shlex.join([*manner.arguments, '--debug'])}",
    ]
    _print("\n".join(lines), manner)
    return BUG

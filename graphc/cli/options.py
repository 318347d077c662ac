"""Options that several verbs share: the program, its feeds, what runs and which passes.

In: functions that become verbs.  Out: the same functions with more parameters; `PassOptions` and `RunOptions` are what
those hold.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from secrets import randbits
from typing import Any, TypeVar
from unicodedata import normalize

import click
from click.shell_completion import CompletionItem

from graphc.cli.failure import Misuse
from graphc.diagnostics.suggest import suggest
from graphc.passes.pipelines import DEFAULT, PASSES, Pipeline, select, without

F = TypeVar("F", bound=Callable[..., Any])
PASS_NAMES = tuple(p.name for p in PASSES)


class ProgramFile(click.ParamType[str]):
    """A path; the shell completes folders and `.g` files."""

    name = "file"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        path = Path(incomplete)
        folder = path if incomplete.endswith("/") else path.parent
        prefix = "" if incomplete.endswith("/") else path.name
        try:
            entries = sorted(folder.iterdir())
        except OSError:
            return []
        shown = [p for p in entries if p.name.startswith(prefix) and (prefix or not p.name.startswith("."))]
        return [CompletionItem(f"{p}/" if p.is_dir() else str(p)) for p in shown if p.is_dir() or p.suffix == ".g"]


def names_completion(names: Callable[[], Sequence[str]]) -> Callable[..., list[str]]:
    """The completion of a value that is one of `names()`."""

    def complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
        return [n for n in names() if n.startswith(incomplete)]

    return complete


def comma_list(ctx: click.Context, param: click.Parameter, value: str | Sequence[str] | None) -> tuple[str, ...]:
    """`a,b` and repeated options as one tuple."""
    given = (value,) if isinstance(value, str) else value or ()
    return tuple(as_name(name) for text in given for name in text.split(",") if name.strip())


def as_name(text: str) -> str:
    """A name as programs have it: composed, without blanks around it."""
    return normalize("NFC", text.strip())


file_argument = click.argument("file", type=ProgramFile(), required=False, metavar="[FILE]")
entry_option = click.option("--entry", metavar="FN", help="Only this function: export fn f(x: f32) = …")


def _allow_import(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> None:
    ctx.meta[_ALLOWED] = value


_ALLOWED = "graphc.allow_import"


def _importing(*, hidden: bool) -> Callable[[F], F]:
    return click.option(
        "--allow-import", multiple=True, metavar="DIR", expose_value=False, callback=_allow_import, hidden=hidden,
        help="It may import files from there, too.",
    )  # fmt: skip


import_option = _importing(hidden=False)
hidden_import_option = _importing(hidden=True)  # where the help is long enough


def allowed_imports() -> tuple[str, ...]:
    """The folders of `import_option`."""
    allowed: tuple[str, ...] = click.get_current_context().meta.get(_ALLOWED, ())
    return allowed


def _stack(*decorators: Callable[[F], F]) -> Callable[[F], F]:
    def apply(function: F) -> F:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return apply


# ---------------------------------------------------------------- passes


@dataclass(frozen=True, slots=True)
class PassOptions:
    """Which passes run, and what is said about them."""

    pipeline: Pipeline
    fast_math: bool
    verify_each: bool
    time_passes: bool
    print_after: str | None

    @property
    def inspects(self) -> bool:
        """Is anything to be said about the passes?"""
        return self.verify_each or self.time_passes or self.print_after is not None


def _known_pass(name: str) -> str:
    if name not in PASS_NAMES:
        near = suggest(name, PASS_NAMES)
        listed = f"the passes are {', '.join(PASS_NAMES)}"
        raise Misuse(f"there is no pass {name}", f"did you mean {near}?" if near else listed)
    return name


def _print_after(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    return None if value is None else _known_pass(value)


def _passes(ctx: click.Context, param: click.Parameter, value: str | None) -> Pipeline | None:
    return None if value is None else select(map(_known_pass, comma_list(ctx, param, value)))


pass_options = _stack(
    click.option(
        "--passes",
        metavar="PASS,…",
        callback=_passes,
        shell_complete=names_completion(lambda: PASS_NAMES),
        help=f"Only these: {' '.join(PASS_NAMES)}.",
    ),
    *(
        click.option(f"--no-{name}", f"no_{name}", is_flag=True, hidden=i > 0, help="Without it; so for all passes.")
        for i, name in enumerate(PASS_NAMES)
    ),
    click.option("--fast-math", is_flag=True, help="Also rewrites that may change the last bits."),
    click.option("--verify-each", is_flag=True, help="Check the graph after each pass."),
    click.option("--time-passes", is_flag=True, help="Say how long each pass took."),
    click.option(
        "--print-after",
        metavar="PASS",
        callback=_print_after,
        shell_complete=names_completion(lambda: PASS_NAMES),
        help="Print the graph after a pass.",
    ),
)


def take_pass_options(given: dict[str, Any]) -> PassOptions:
    """Take the values of `pass_options` out of a verb's parameters."""
    dropped = [name for name in PASS_NAMES if given.pop(f"no_{name}")]
    pipeline = given.pop("passes")
    return PassOptions(
        without(DEFAULT if pipeline is None else pipeline, dropped),
        given.pop("fast_math"),
        given.pop("verify_each"),
        given.pop("time_passes"),
        given.pop("print_after"),
    )


# ---------------------------------------------------------------- running


@dataclass(frozen=True, slots=True)
class FeedOptions:
    """`--feed` as pairs of a name and its text, `--feeds`."""

    feeds: tuple[tuple[str, str], ...]
    archive: str | None

    @property
    def from_stdin(self) -> bool:
        return any(text.strip().startswith("@-") for _, text in self.feeds)


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What a run is asked for."""

    feeds: FeedOptions
    fetch: tuple[str, ...]
    steps: int
    state: str | None
    seed: int | None
    out: tuple[tuple[str, str], ...]
    effects: bool
    as_json: bool
    verbose: bool


def pairs(ctx: click.Context, param: click.Parameter, value: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """`NAME=VALUE`, each name once."""
    option = param.opts[0]
    found: dict[str, str] = {}
    for text in value:
        name, equals, rest = text.partition("=")
        name = as_name(name)
        if not equals or not name or not rest.strip():
            raise Misuse(f"{option} takes {param.make_metavar(ctx)}, not {text}", f"{option} {name or 'x'}=…")
        if name in found:
            raise Misuse(f"{option} is given twice for {name}")
        found[name] = rest
    return tuple(found.items())


def _outs(ctx: click.Context, param: click.Parameter, value: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """`NAME=FILE`; a FILE alone has the name "", which whoever knows the outputs refuses."""
    alone = [("", text) for text in value if "=" not in text and text.strip()]
    return (*alone, *pairs(ctx, param, [text for text in value if ("", text) not in alone]))


def _seed(ctx: click.Context, param: click.Parameter, value: str | None) -> int | None:
    """A seed; one that was chosen is said, so that the run can be repeated."""
    if value is None:
        return None
    if value == "random":
        chosen = randbits(32)
        click.echo(f"seed     {chosen}", err=True)
        return chosen
    try:
        seed = int(value, 0)
    except ValueError:
        seed = -1
    if not 0 <= seed < 1 << 64:
        raise Misuse(f"a seed is a whole number from 0 to 2**64 - 1, not {value}", "--seed 1, or --seed random")
    return seed


def _backend(ctx: click.Context, param: click.Parameter, value: str) -> str:
    if value == "native":
        raise Misuse("this version has no native backend", "--backend numpy")
    return value


seed_option = click.option("--seed", metavar="N", callback=_seed, help="Other random numbers; `random` draws a seed.")
feed_options = _stack(
    click.option(
        "--feed", "feed", multiple=True, metavar="NAME=VALUE", callback=pairs,
        help="2.0, [1, 2], @f.npy, @f.npz:KEY, @f.csv:COL.",
    ),
    click.option("--feeds", metavar="DATA", help="Feed by name: .npz .csv .json .safetensors."),
    click.option("--float", "default_float", type=click.Choice(["f32", "f64"]), default="f32", help="What `float` is."),
)  # fmt: skip

run_options = _stack(
    feed_options,
    click.option("--fetch", multiple=True, metavar="NAME,…", callback=comma_list,
                 help="Evaluate only these values, without effects."),
    click.option("--effects", is_flag=True, help="Print, assert and update state all the same."),
    click.option("--steps", type=click.IntRange(min=1), default=1, metavar="N", help="Run N times."),
    click.option("--state", metavar="DIR", help="Load and save the variables in a folder."),
    seed_option,
    click.option("--out", multiple=True, metavar="NAME=FILE", callback=_outs,
                 help="Write an output: .npy .csv .json, …"),
    click.option("--json", "as_json", is_flag=True, help="Print JSON."),
    click.option("--backend", type=click.Choice(["auto", "numpy", "native"]), default="auto", callback=_backend,
                 help="What executes the program."),
    click.option("-v", "--verbose", is_flag=True, help="Say what passes did and what the run took."),
)  # fmt: skip


def take_feed_options(given: dict[str, Any]) -> FeedOptions:
    """Take the values of `feed_options`, but for the dtype, out of a verb's parameters."""
    return FeedOptions(given.pop("feed"), given.pop("feeds"))


def take_run_options(given: dict[str, Any]) -> RunOptions:
    """Take the values of `run_options`, but for the dtype, out of a verb's parameters."""
    given.pop("backend")
    return RunOptions(
        take_feed_options(given),
        given.pop("fetch"),
        given.pop("steps"),
        given.pop("state"),
        given.pop("seed"),
        given.pop("out"),
        given.pop("effects"),
        given.pop("as_json"),
        given.pop("verbose"),
    )

"""`graphc train`: make a loss small, batch after batch, and keep what was learned."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import IO, Any

import click

from graphc.cli.checkpoints import Keeper
from graphc.cli.compiling import say, warn
from graphc.cli.epochs import Epochs, print_figures
from graphc.cli.failure import Misuse
from graphc.cli.options import ProgramFile, import_option, pairs, seed_option
from graphc.cli.program import open_program
from graphc.cli.recipe import Asked, Rate, optimiser_text, recipe_of
from graphc.cli.running import advice, names_of
from graphc.cli.verb import verb
from graphc.driver import Options, compile_source
from graphc.driver.training import Events, Plan, Stopped, Training, plan
from graphc.exporters.plot import draw
from graphc.files.atomic import write_file
from graphc.ir.types import DEFAULT_FLOATS

AT_LEAST_1 = click.IntRange(min=1)


@verb(
    "train",
    "Train a program's variables on data, batch after batch.",
    """
    graphc train model.g --data train.npz --optim adam --lr 1e-3 --epochs 20 --state build/model
    graphc train model.g --data train.npz --state build/model --epochs 40 --resume
    graphc train model.g --data train.csv --validate 0.2 --patience 5 --plot loss.png
    """,
    timed=True,
)
@click.argument("file", type=ProgramFile(), required=False, metavar="[FILE]")
@click.option("--data", required=True, metavar="DATA", help="Examples by the names of inputs: data.npz.")
@click.option("--feed", "feed", multiple=True, metavar="NAME=VALUE", callback=pairs, help="Another input, as for run.")
@click.option("--loss", metavar="NAME", help="What to make small: the only output, or `loss`.")
@click.option("--optim", metavar="NAME", help="adam, sgd(momentum=0.9), …  [adam]")
@click.option("--lr", type=Rate(), metavar="RATE", help="Its rate, or 'cosine(step, 0.1, 1000)'.  [0.001]")
@click.option("--epochs", type=AT_LEAST_1, default=10, metavar="N", help="Times through the data.  [10]")
@click.option("--batch", type=AT_LEAST_1, metavar="N", help="Examples in a batch.  [32]")
@click.option("--no-shuffle", "shuffle", flag_value=False, default=None, help="Take the examples in their order.")
@click.option("--drop-last", flag_value=True, default=None, help="Without a last batch that is smaller.")
@click.option("--along", metavar="SIZE", help="The size that counts the examples.")
@click.option("--validate", metavar="PART", help="Hold out a part, 0.2, or some examples, 100.")
@click.option("--validate-feed", multiple=True, metavar="NAME=VALUE", callback=pairs, help="A feed when validating.")
@click.option("--watch", metavar="NAME", help="What should fall, or rise: max:accuracy.")
@click.option("--patience", type=AT_LEAST_1, metavar="N", help="Stop after N epochs that don't improve it.")
@click.option("--state", metavar="DIR", help="Keep checkpoints, the best in DIR/best.")
@click.option("--every", type=AT_LEAST_1, metavar="STEPS", help="Checkpoints between epochs, too.")
@click.option("--resume", is_flag=True, help="Go on from the checkpoint, bit for bit.")
@import_option
@seed_option
@click.option("--float", "default_float", type=click.Choice(["f32", "f64"]), default="f32", help="What `float` is.")
@click.option("--plot", metavar="FILE", help="Draw the figures: loss.png, .svg, .pdf.")
@click.option("--log", metavar="FILE", help="A line of JSON for each epoch.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--quiet", "-q", is_flag=True, help="No line for each epoch.")
def command(file: str | None, data: str, default_float: str, **given: Any) -> None:
    asked = Asked(data=data, **given)
    asked.check()
    opened = open_program(file)
    if opened.saved is not None:
        hint = "train the program that it was saved from, and save it with --state"
        raise Misuse(f"{opened.name} is a saved program, which stays as it is", hint)
    options = Options(DEFAULT_FLOATS[default_float])
    program = compile_source(opened.source, options)
    warn(program.warnings)
    keeper = Keeper(asked.state, resume=asked.resume)
    text = optimiser_text(asked, program.graph, keeper.recipe)
    planned = plan(opened.source, options, asked.loss or keeper.loss, text, asked.along)
    training = prepared(asked, planned, options, text, keeper)
    with Epochs(asked, training) as shown:
        train(asked, training, keeper, shown)
    finish(asked, training, planned)


def prepared(asked: Asked, planned: Plan, options: Options, text: str | None, keeper: Keeper) -> Training:
    """The training, where it begins or goes on."""
    recipe, examples, rows, others = recipe_of(asked, planned, text, keeper.recipe)
    watch = asked.watched(planned, recipe)
    training = Training(
        planned, recipe, options, examples, rows, others=others, validating=asked.validating(), watch=watch,
        write=lambda text: click.echo(text, nl=False, err=asked.as_json),
        advise=advice(asked.data, names_of(planned.step)),
    )  # fmt: skip
    keeper.start(training, planned, examples, watch.name)
    return training


def train(asked: Asked, training: Training, keeper: Keeper, shown: Epochs) -> None:
    """Run the epochs; what stops them leaves a checkpoint that is good."""

    def batch(outputs: Any) -> None:
        keeper.confirm()
        shown.batch(outputs)
        if asked.every and training.progress.step % asked.every == 0:
            keeper.keep(training)

    def epoch(row: dict[str, float]) -> None:
        keeper.keep(training)
        shown.epoch(row)

    try:
        with stopping(training):
            training.run(asked.epochs, Events(batch, epoch, lambda: keeper.keep_best(training)))
        keeper.confirm()
    except Stopped:
        keeper.keep(training)
        keeper.confirm()
        step = training.progress.step
        go_on = f"; --resume goes on from {asked.state}" if asked.state else ""
        say(f"\nstopped after step {step}{go_on}")
        raise KeyboardInterrupt from None


@contextmanager
def stopping(training: Training) -> Iterator[None]:
    """An interrupt stops the training after the step under way, a second one at once."""

    def ask(number: int, frame: FrameType | None) -> None:
        if training.stop:
            raise KeyboardInterrupt
        training.stop = True

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def picture(path: str, training: Training, planned: Plan) -> None:
    """Draw the figures of all epochs."""
    rows = training.progress.history
    losses = [name for name in (planned.loss.name, f"val_{planned.loss.name}") if name in rows[0]]
    try:
        drawn = draw(rows, losses, path.rpartition(".")[2].lower())
    except ImportError:
        raise Misuse("--plot draws with matplotlib, which isn't installed", "pip install 'graphc[plot]'") from None

    def write(stream: IO[bytes]) -> None:
        stream.write(drawn)

    write_file(path, write)


def finish(asked: Asked, training: Training, planned: Plan) -> None:
    """The figures of the last epoch, and a picture of all."""
    history = training.progress.history
    if asked.plot is not None:
        picture(asked.plot, training, planned)
    if training.out_of_patience:
        say(f"stopped: {training.progress.waited} epochs without improvement")
    print_figures(history[-1], planned, as_json=asked.as_json)
    if asked.state is None:
        say("note: the variables are gone; --state DIR keeps them")

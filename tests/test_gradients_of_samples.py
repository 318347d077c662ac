"""`graphc grad --float f64 FILE | graphc run -` of every sample: the bits of `graphc grad --float f64 FILE --run`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import graphc
from tests.commands import graphc as command

ROOT = Path(__file__).parent.parent
SAMPLES = {str(p.relative_to(ROOT / "samples")): p for p in sorted((ROOT / "samples").rglob("*.g"))}
FLOATS = {"f32", "f64"}

# Those without a gradient: strings, integers or state only, constants only, and one whose last output is a constant.
SKIPPED = {
    "imports/layers.g": "none",
    "tutorial/append_to_state.g": "none",
    "tutorial/eager_strjoin.g": "none",
    "tutorial/gradient_in_function.g": "none",
    "tutorial/module.g": "none",
    "tutorial/module_by_attributes.g": "none",
    "tutorial/nested_gradients.g": "E0402",
    "tutorial/random_at_each_call.g": "none",
    "tutorial/static_strjoin.g": "none",
    "tutorial/strjoin_function.g": "none",
    "tutorial/traced_strjoin.g": "none",
    "tutorial/traces.g": "none",
}


def data_for(program: graphc.Program) -> dict[str, Any]:
    """Feeds for the inputs that have no default, of sizes from 3 on."""
    needed = {name: signature for name, signature in program.inputs.items() if not signature.optional}
    symbols = sorted({str(d) for s in needed.values() for d in s.shape if isinstance(d, str)})
    sizes = {symbol: 3 + i for i, symbol in enumerate(symbols)}
    rng = np.random.default_rng(1)
    dtypes = {"f32": np.float32, "f64": np.float64, "i64": np.int64, "i32": np.int32, "u8": np.uint8, "bool": np.bool_}
    return {
        name: rng.uniform(0.5, 2, [sizes.get(str(d), d) for d in s.shape]).astype(dtypes[s.dtype])
        for name, s in needed.items()
    }


def request(path: Path) -> tuple[str, str, graphc.Program]:
    """An output and all that it can be differentiated by.  Raises Diagnostics of the last try."""
    program = graphc.load(path, float="f64")
    names = [*program.trainable_variables, *(n for n, s in program.inputs.items() if s.dtype in FLOATS)]
    last: graphc.Diagnostics | None = None
    for output in sorted(program.outputs, key=lambda name: name != "loss"):
        found = []
        for name in names:
            try:
                program.grad(output, wrt=[name])
            except graphc.Diagnostics as error:
                last = error
            else:
                found.append(name)
        if found:
            return output, ",".join(found), program.grad(output, wrt=found)
    raise last or graphc.Diagnostics([graphc.Diagnostic("none", "nothing to differentiate, or by")])


def skipped(name: str) -> str | None:
    try:
        request(SAMPLES[name])
    except graphc.Diagnostics as error:
        return error.items[0].code
    return None


@pytest.mark.parametrize("name", SAMPLES)
def test_a_printed_gradient_has_the_bits_of_the_run(name: str, tmp_path: Path) -> None:
    if name in SKIPPED:
        assert skipped(name) == SKIPPED[name]
        return
    output, wrt, program = request(SAMPLES[name])
    np.savez(tmp_path / "data.npz", **data_for(program))
    feeds = ["--feeds", f"{tmp_path}/data.npz"] if data_for(program) else []
    asked = ["grad", str(SAMPLES[name]), "--of", output, "--wrt", wrt, "--float", "f64"]
    direct = command(*asked, "--run", "--json", *feeds)
    printed = command(*asked)
    assert (direct.status, printed.status) == (0, 0), direct.stderr + printed.stderr
    for how in ([], ["--float", "f64"]):
        piped = command("run", "-", "--json", *feeds, *how, stdin=printed.stdout)
        assert (piped.status, piped.stdout) == (0, direct.stdout), piped.stderr


@pytest.mark.parametrize("name", ["polar.g", "tutorial/weighted_sum.g"])
def test_in_a_pipe(name: str, tmp_path: Path) -> None:
    output, wrt, _ = request(SAMPLES[name])
    graphc_ = [sys.executable, "-m", "graphc"]
    asked = [*graphc_, "grad", str(SAMPLES[name]), "--of", output, "--wrt", wrt, "--float", "f64"]
    direct = subprocess.run([*asked, "--run"], cwd=tmp_path, capture_output=True, text=True, check=True)
    with subprocess.Popen(asked, cwd=tmp_path, stdout=subprocess.PIPE) as first:
        piped = subprocess.run([*graphc_, "run", "-"], cwd=tmp_path, stdin=first.stdout, capture_output=True, text=True)
    assert piped.stdout == direct.stdout

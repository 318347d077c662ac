"""The figures of a training as a picture.

In: the rows of its epochs.  Out: a file, drawn by matplotlib, which is imported when it is used: losses below each
other on a logarithmic axis, other figures on one of their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO

PICTURES = (".png", ".svg", ".pdf")
_COUNTED = ("epoch", "step", "seconds")


def draw(rows: Sequence[Mapping[str, float]], losses: Sequence[str], kind: str) -> bytes:
    """A picture of the kind `png`, `svg` or `pdf`.  Raises ImportError without matplotlib."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    others = [name for name in rows[0] if name not in _COUNTED and name not in losses]
    shown = [names for names in (losses, others) if names]
    figure = Figure(figsize=(6.4, 3.2 * len(shown)), layout="constrained")
    FigureCanvasAgg(figure)
    epochs = [row["epoch"] for row in rows]
    for i, names in enumerate(shown):
        axes = figure.add_subplot(len(shown), 1, i + 1)
        for name in names:
            axes.plot(epochs, [row[name] for row in rows], label=name, marker="." if len(rows) < 40 else "")
        if names is losses and all(row[name] > 0 for row in rows for name in names):
            axes.set_yscale("log")
        axes.set_xlabel("epoch")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(alpha=0.3)
        axes.legend()
    stream = BytesIO()
    figure.savefig(stream, format=kind, dpi=120)
    return stream.getvalue()

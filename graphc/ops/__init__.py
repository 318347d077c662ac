"""The catalogue: every op record, one file per family, in an explicit tuple."""

from __future__ import annotations

from types import MappingProxyType

from graphc.ir.op import Op
from graphc.ops import (
    arithmetic,
    cofactors,
    contraction,
    control,
    convolution,
    creation,
    diagonals,
    effects,
    factorisation,
    gathering,
    indexing,
    joining,
    keys,
    labels,
    linear_algebra,
    logic,
    loops,
    ordering,
    pooling,
    powers,
    random,
    reduction,
    scaled,
    shape,
    softmax,
    special,
    statistics,
    strings,
    structure,
    transcendental,
)

FAMILIES: tuple[tuple[str, tuple[Op, ...]], ...] = (
    ("structure", structure.RECORDS),
    ("effects", effects.RECORDS),
    ("arithmetic", arithmetic.RECORDS),
    ("powers", powers.RECORDS),
    ("transcendental", transcendental.RECORDS),
    ("special", special.RECORDS),
    ("scaled", scaled.RECORDS),
    ("logic", logic.RECORDS),
    ("strings", strings.RECORDS),
    ("reduction", reduction.RECORDS),
    ("statistics", statistics.RECORDS),
    ("softmax", softmax.RECORDS),
    ("shape", shape.RECORDS),
    ("joining", joining.RECORDS),
    ("indexing", indexing.RECORDS),
    ("gathering", gathering.RECORDS),
    ("labels", labels.RECORDS),
    ("diagonals", diagonals.RECORDS),
    ("creation", creation.RECORDS),
    ("ordering", ordering.RECORDS),
    ("keys", keys.RECORDS),
    ("random", random.RECORDS),
    ("control", control.RECORDS),
    ("loops", loops.RECORDS),
    ("contraction", contraction.RECORDS),
    ("convolution", convolution.RECORDS),
    ("pooling", pooling.RECORDS),
    ("linear_algebra", linear_algebra.RECORDS),
    ("cofactors", cofactors.RECORDS),
    ("factorisation", factorisation.RECORDS),
)

RECORDS: tuple[Op, ...] = tuple(record for _, records in FAMILIES for record in records)
CATALOGUE = MappingProxyType({record.name: record for record in RECORDS})

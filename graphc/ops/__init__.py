"""The catalogue: every op record, one file per family, in an explicit tuple."""

from __future__ import annotations

from types import MappingProxyType

from graphc.ir.op import Op
from graphc.ops import arithmetic, structure

FAMILIES: tuple[tuple[str, tuple[Op, ...]], ...] = (
    ("structure", structure.RECORDS),
    ("arithmetic", arithmetic.RECORDS),
)

RECORDS: tuple[Op, ...] = tuple(record for _, records in FAMILIES for record in records)
CATALOGUE = MappingProxyType({record.name: record for record in RECORDS})

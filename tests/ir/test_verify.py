"""The verifier finds each way in which a graph can be wrong, and says which."""

from __future__ import annotations

import pytest

from graphc.ir.builder import Builder
from graphc.ir.graph import Graph, Node, Output, Update
from graphc.ir.types import BOOL, F32, F64, I64, TensorType
from graphc.ir.verify import VerifyError, verify
from graphc.ops import CATALOGUE
from graphc.source import BUILTIN

SCALAR = TensorType(F32)


class Small:
    """x, y and x + y, ready to be spoilt."""

    def __init__(self) -> None:
        self.b = Builder(CATALOGUE)
        self.x, self.y = (self.placed("input", name) for name in "xy")
        self.sum = (self.x + self.y).value

    def placed(self, op: str, name: str, type: TensorType = SCALAR):
        attrs = (name, type, True, None) if op == "variable" else (name, type, None)
        return self.b.term(self.b.emit(CATALOGUE[op], (), attrs[: len(CATALOGUE[op].params)]).results[0])

    def graph(self, *nodes: Node, **ends) -> Graph:
        ends.setdefault("outputs", (Output("s", self.sum, BUILTIN),))
        return Graph((*self.b.nodes, *nodes), **ends)


def test_a_good_graph():
    verify(Small().graph(), CATALOGUE)


def spoilt(case: str) -> Graph:
    s = Small()
    add = s.sum.node
    inputs = (s.x.value, s.y.value)
    match case:
        case "order":
            return Graph((s.b.nodes[0], add, s.b.nodes[1]), (Output("s", s.sum, BUILTIN),))
        case "twice":
            return s.graph(add)
        case "type":
            return s.graph(Node(add.op, inputs, (), (), (TensorType(F64),), BUILTIN))
        case "attributes":
            total = CATALOGUE["sum"]
            return s.graph(Node(total, inputs[:1], (None, False), (), (SCALAR,), BUILTIN))
        case "rule":
            reshape = CATALOGUE["reshape"]
            return s.graph(Node(reshape, inputs[:1], ((2,),), (), (TensorType(F32, (2,)),), BUILTIN))
        case "origin":
            return s.graph(Node(add.op, inputs, (), (), (SCALAR,), None))  # type: ignore[arg-type]
        case "output":
            return s.graph(outputs=(Output("z", Small().sum, BUILTIN),))
        case "name":
            return s.graph(names={"z": Small().sum})
        case "parameter":
            s.placed("parameter", "p")
            return s.graph()
        case "program":
            return s.graph(params=(s.placed("parameter", "p").value,))
        case "no parameter":
            return s.graph(params=(s.sum,))
        case "same name":
            s.placed("input", "x")
            return s.graph()
        case "update":
            return s.graph(updates=(Update(s.x.value, s.sum, BUILTIN),))
        case "update type":
            w = s.placed("variable", "w", TensorType(F64)).value
            return s.graph(updates=(Update(w, s.sum, BUILTIN),))
        case "update twice":
            w = s.placed("variable", "w").value
            return s.graph(updates=(Update(w, s.sum, BUILTIN), Update(w, s.sum, BUILTIN)))
        case "dtype":
            p = s.placed("input", "p", TensorType(BOOL)).value
            return s.graph(Node(add.op, (p, p), (), (), (TensorType(BOOL),), BUILTIN))
        case "group":
            i = s.placed("input", "i", TensorType(I64)).value
            return s.graph(Node(add.op, (s.x.value, i), (), (), (SCALAR,), BUILTIN))
        case "operands":
            return s.graph(Node(add.op, inputs[:1], (), (), (SCALAR,), BUILTIN))
        case "last token":
            return s.graph(token=s.sum)
    start = s.b.emit(CATALOGUE["token"], ()).results[0]
    first = s.b.emit(CATALOGUE["print"], (start, s.sum), ((None,),)).results[0]
    s.b.emit(CATALOGUE["print"], (start, s.sum), ((None,),))
    return s.graph(token=first)


CASES = {
    "order": r"add\(a input, a input\).*: operand 1, a input, is not computed before it",
    "twice": "it stands twice",
    "type": "its type is f64, but the rule says f32",
    "attributes": "have the normal form",
    "rule": "E0310",
    "origin": "add: nothing says where it comes from",
    "output": "output z, a add, is not computed in this graph",
    "name": "the name z, a add, is not computed",
    "parameter": "it is no parameter of its region",
    "program": "a program has no parameters",
    "no parameter": "parameter 0 is computed",
    "same name": "there are two of the name x",
    "update": "is updated, but is no variable",
    "update type": "a variable is f64, its new value f32",
    "update twice": "is updated twice",
    "dtype": "operand x can't be bool",
    "group": "operands are f32 and i64",
    "operands": "it has 1 operands instead of 2",
    "last token": "the last token is a f32",
    "token": "two effects follow the same token",
}


@pytest.mark.parametrize("case", CASES)
def test_a_spoilt_graph_is_refused(case):
    with pytest.raises(VerifyError, match=CASES[case]):
        verify(spoilt(case), CATALOGUE)


def test_regions_are_closed_and_verified():
    b = Builder(CATALOGUE)
    xs = b.emit(CATALOGUE["input"], (), ("xs", TensorType(F32, (3,)), None)).results[0]
    inside = Builder(CATALOGUE)
    p = inside.emit(CATALOGUE["parameter"], (), ("p", SCALAR)).results[0]
    outer = b.number(2, F32)
    body = inside.emit(CATALOGUE["add"], (p, outer)).results[0]
    region = Graph(tuple(inside.nodes), (Output("0", body, BUILTIN),), (p,))
    (ys,) = b.emit(CATALOGUE["map"], (xs,), (1,), (region,)).results
    graph = Graph(tuple(b.nodes), (Output("ys", ys, BUILTIN),))
    with pytest.raises(VerifyError, match="operand 1, a constant, is not computed before it"):
        verify(graph, CATALOGUE)

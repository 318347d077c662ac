"""The statements of random programs: each binds `v{index}`, a vector, and says what its elements are."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np

from tests.random_masks.duals import Dual, add, constant
from tests.random_masks.programs import N, Table, Vector, Writer

Made: TypeAlias = tuple[list[str], Vector]
Statement: TypeAlias = Callable[[Writer, Table, int], Made]


def assigned(w: Writer, table: Table, index: int) -> Made:
    e = w.expression(list(table), 3)
    return [f"v{index} = {e.text}"], e.vector(table)


def order(vector: Sequence[Dual]) -> list[int]:
    return [int(k) for k in np.argsort([d.value for d in vector], kind="stable")]


def moved(w: Writer, table: Table, index: int) -> Made:
    """Views, gathers, scatters and sorts."""
    name, other = (w.rng.choice(list(table)) for _ in range(2))
    a, b = table[name], table[other]
    places = [w.rng.randrange(N) for _ in range(N)]
    i, j = w.rng.randrange(N), w.rng.randrange(N)
    forms: list[tuple[str, Vector]] = [
        (f"flip({name}, 0)", a[::-1]),
        (f"roll({name}, 1, 0)", [a[-1], *a[:-1]]),
        (f"{name}[{places}]", [a[k] for k in places]),
        (f"concat([{name}[1:3], {other}[::2]])", [*a[1:3], *b[::2]]),
        (f"sort({name})", [a[k] for k in order(a)]),
        (f"pad({name}[:{N - 1}], [[1, 0]])", [constant(0), *a[:-1]]),
        (f"cumsum({name})", [_total(a[: k + 1]) for k in range(N)]),
        (f"reshape(reshape({name}, [2, 2]).T, [{N}])", [a[0], a[2], a[1], a[3]]),
    ]
    if w.rng.random() < 0.3:
        changed = [*a]
        changed[i] = b[j]
        return [f"v{index} = {name}", f"v{index}[{i}] = {other}[{j}]"], changed
    text, vector = w.rng.choice(forms)
    return [f"v{index} = {text}"], list(vector)


def _total(parts: Sequence[Dual]) -> Dual:
    total = parts[0]
    for part in parts[1:]:
        total = add(total, part)
    return total


def called(w: Writer, table: Table, index: int) -> Made:
    """A function of a scalar and a captured one, mapped or scanned; or of the whole, called again for derivatives."""
    name, other = (w.rng.choice(list(table)) for _ in range(2))
    e = w.expression(["u", "c"])
    k = w.rng.randrange(N)
    captured, form = table[other][k], w.rng.choice(["map", "scan", "checkpoint"])
    e_text = _renamed(e.text, index)
    head = [f"c{index} = {other}[{k}]", f"fn f{index}(u) = {e_text} + 0 * stop_grad(where(u < 9, 1, 0))"]
    vector = [e.of({"u": d, "c": captured}) for d in table[name]]
    if form == "scan":
        head += [f"fn s{index}(z, u) {{ return z, f{index}(u) }}"]
        return [*head, f"z{index}, v{index} = scan(s{index}, 0, {name}, checkpoint={w.rng.choice([1, 2, 3])})"], vector
    call = f"map(f{index}, {name})" if form == "map" else f"checkpoint(f{index})({name})"
    return [*head, f"v{index} = {call}"], vector


def _renamed(text: str, index: int) -> str:
    """The captured number under its name."""
    return re.sub(r"\bc\b", f"c{index}", text)


def collected(w: Writer, table: Table, index: int) -> Made:
    """A loop that collects elements, or assigns them one by one."""
    name, other = (w.rng.choice(list(table)) for _ in range(2))
    e = w.expression(["u", "t"])
    text = lambda i: _put(e.text, f"{name}[{i}]", f"{other}[{N - 1} - {i}]")  # noqa: E731
    vector = [e.of({"u": table[name][k], "t": table[other][N - 1 - k]}) for k in range(N)]
    v, i = f"v{index}", f"i{index}"
    match w.rng.choice(["push", "assign", "while", "nested"]):
        case "push":
            return [
                f"s{index} = stack()",
                f"for {i} in range({N}) {{ push(s{index}, {text(i)}) }}",
                f"{v} = s{index}",
            ], vector
        case "assign":
            return [f"{v} = zeros([{N}], dtype=f64)", f"for {i} in range({N}) {{ {v}[{i}] = {text(i)} }}"], vector
        case "while":
            step = f"{v}[{i}] = {text(i)}; {i} += 1"
            return [f"{v} = zeros([{N}], dtype=f64)", f"{i} = 0", f"while {i} < {N} {{ {step} }}"], vector
        case _:
            k = f"k{index}"
            inner = f"for j{index} in range(2) {{ {k} = 2 * {i} + j{index}; {v}[{k}] = {text(k)} }}"
            return [f"{v} = zeros([{N}], dtype=f64)", f"for {i} in range(2) {{ {inner} }}"], vector


def _put(text: str, u: str, t: str) -> str:
    return re.sub(r"\bt\b", t, re.sub(r"\bu\b", u, text))


def carried(w: Writer, table: Table, index: int) -> Made:
    """A loop of a few steps that carries a vector, in one of several forms."""
    name, v = w.rng.choice(list(table)), f"v{index}"
    e = w.expression([v, w.rng.choice(list(table))])
    steps = w.rng.randint(1, 3)
    now = {**table, v: table[name]}
    only = w.rng.choice([None, None, 0, 1])
    for step in range(steps):
        if only is None or step == only:
            now[v] = e.vector(now)
    i = f"i{index}"
    body = f"{v} = {e.text}" if only is None else f"if {i} == {only} {{ {v} = {e.text} }}"
    match w.rng.choice(["for", "checkpoint", "while", "counted", "nested"]):
        case "for":
            loop = [f"for {i} in range({steps}) {{ {body} }}"]
        case "checkpoint":
            loop = [f"for {i} in range({steps}, checkpoint={w.rng.choice([1, 2])}) {{ {body} }}"]
        case "while":
            loop = [f"{i} = 0", f"while {i} < {steps} {{ {body}; {i} += 1 }}"]
        case "counted":
            loop = [f"n{index} = i64(sum(0 * x) > -1) * {steps}", f"for {i} in range(n{index}) {{ {body} }}"]
        case _:
            loop = [f"for o{index} in range(1) {{ for {i} in range({steps}) {{ {body} }} }}"]
    return [f"{v} = {name}", *loop], now[v]


def recurrent(w: Writer, table: Table, index: int) -> Made:
    """A scalar that is carried over the elements of a vector; what it was is collected."""
    name, other = (w.rng.choice(list(table)) for _ in range(2))
    e = w.expression(["c", "u"])
    state, k, found = table[other], w.rng.randrange(N), []
    now = state[k]
    for d in table[name]:
        now = e.of({"c": now, "u": d})
        found.append(now)
    text = _renamed(e.text, index)
    lines = [f"c{index} = {other}[{k}]", f"s{index} = stack()"]
    if w.rng.random() < 0.5:
        return [
            *lines,
            f"for u in {name} {{ c{index} = {text}; push(s{index}, c{index}) }}",
            f"v{index} = s{index}",
        ], found
    function = f"fn f{index}(c, u) {{ z = {e.text}; return z, z }}"
    return [lines[0], function, f"l{index}, v{index} = scan(f{index}, c{index}, {name})"], found


def chosen(w: Writer, table: Table, index: int) -> Made:
    """A branch of the run."""
    name, k = w.rng.choice(list(table)), w.rng.randrange(N)
    a, b = (w.expression(list(table)) for _ in range(2))
    taken = a if table[name][k].value > 0.11 else b
    v = f"v{index}"
    return [f"if {name}[{k}] > 0.11 {{ {v} = {a.text} }} else {{ {v} = {b.text} }}"], taken.vector(table)


STATEMENTS: list[Statement] = [assigned, assigned, moved, moved, called, collected, carried, recurrent, chosen]

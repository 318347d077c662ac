"""What loops and branches can be written with: each way to go over things, to leave early, to decide."""

from __future__ import annotations

import numpy as np

from loop_programs import numbers, program


@program(
    """
    input x: f64
    total, k = x, 1
    while total < 30 {
      for i in range(k) { total = total * (1 + x / (2 + i)) }
      k += 1
    }
    loss = total
    output loss
    """,
    x=0.9,
)
def for_in_while(x):
    total, k = x, 1
    while total < 30:
        total *= np.prod([1 + x / (2 + i) for i in range(k)])
        k += 1
    return total


@program(
    """
    input x: f64[n]
    input a: f64
    loss = 0.0
    for v in x {
      y = v
      while y > 0.2 { y = y * y * a }
      loss += exp(y) * v
    }
    output loss
    """,
    x=[0.8, 0.1, 0.95, -0.5],
    a=0.9,
)
def while_in_for(x, a):
    loss = 0.0
    for v in x:
        y = v
        while y > 0.2:
            y = y * y * a
        loss += np.exp(y) * v
    return loss


@program(
    """
    input x: f64[n]
    input a: f64
    p, q, runs = 1.0, a, 0
    for v in x {
      if v > 0 {
        p = p * (1 + v)
        runs += 1
      } else if v > -0.5 {
        p, q = q, sin(p)
      } else {
        q = q * v + runs
      }
    }
    loss = p * q
    output loss
    """,
    x=[0.3, -0.2, 0.7, -0.8, -0.1, 0.4],
    a=0.6,
)
def if_in_for(x, a):
    p, q, runs = 1.0, a, 0
    for v in x:
        if v > 0:
            p, runs = p + p * v, runs + 1
        elif v > -0.5:
            p, q = q, np.sin(p)
        else:
            q = q * v + runs
    return p * q


@program(
    """
    input x: f64[n]
    input limit: f64
    total = 0.0
    for v in x {
      total += v ** 2
      if total > limit { break }
      total = total * 1.1 + v * limit
    }
    loss = total * limit
    output loss
    """,
    x=[0.5, 0.8, -0.3, 0.9, 0.4],
    limit=1.3,
)
def broken_off(x, limit):
    total = 0.0
    for v in x:
        total += v * v
        if total > limit:
            break
        total = total * 1.1 + v * limit
    return total * limit


@program(
    """
    input x: f64[n]
    product = 1.0
    loss = 0.0
    for i, v in enumerate(x) {
      if v < 0 {
        product = product - v
        continue
      }
      product *= v
      if i == 3 { continue }
      loss += product ** 2
    }
    output loss
    """,
    x=[0.5, -0.4, 1.2, 0.8, -1.1, 0.7],
)
def continued(x):
    product, loss = 1.0, 0.0
    for i, v in enumerate(x):
        product = product - v if v < 0 else product * v
        loss += 0.0 if v < 0 or i == 3 else product**2
    return loss


@program(
    """
    input x: f64[n]
    input bound: f64
    fn first_above(x, bound) {
      before = 1.0
      for i, v in enumerate(x) {
        if v > bound { return v * before, i }
        before = before + v ** 2
      }
      return before * bound, -1
    }
    found, at = first_above(x, bound)
    missed, nowhere = first_above(x, 10 * bound)
    loss = found ** 2 * (at + 1) + missed * nowhere
    output loss
    """,
    x=[0.2, -0.6, 0.9, 0.4],
    bound=0.7,
)
def return_from_loop(x, bound):
    found = x[2] * (1 + x[0] ** 2 + x[1] ** 2)
    return 3 * found**2 - (1 + x @ x) * 10 * bound


@program(
    """
    input x: f64[n]
    fn piece(v) {
      if v < -0.5 { return exp(v) }
      if v < 0 {
        if v < -0.25 { return v ** 2 }
        v = 3 * v
      } else {
        return log(1 + v)
      }
      return sin(v)
    }
    loss = 1.0
    for v in x { loss = loss * (1 + piece(v)) }
    output loss
    """,
    x=[-0.7, -0.3, -0.1, 0.6],
)
def return_from_branches(x):
    a, b, c, d = x
    return (1 + np.exp(a)) * (1 + b * b) * (1 + np.sin(3 * c)) * (1 + np.log(1 + d))


@program(
    """
    input x: f64
    input none: f64[k]
    input n: i64
    y = x
    for i in range(n) { y = log(y - y) }
    for v in none { y = y / (v - v) }
    while y > 100 { y = sqrt(-y) }
    fn never(c, v) = (c * v, c / v)
    z, ys = scan(never, y, none)
    loss = z ** 3 + sum(ys)
    output loss
    """,
    x=1.4,
    none=np.zeros(0),
    n=0,
)
def no_steps(x, none, n):
    return x**3


@program(
    """
    input X: f64[n, d]
    input w: f64[d]
    loss = 1.0
    for row in X { loss = loss * 0.5 + dot(row, w) ** 2 * loss }
    output loss
    """,
    X=numbers(1, 4, 3),
    w=numbers(2, 3),
)
def rows(X, w):
    return np.prod(0.5 + (X @ w) ** 2)


@program(
    """
    input x: f64[n]
    input Y: f64[n, 2]
    h = 0.0
    t = zeros([2], dtype=f64)
    for v, y in zip(x, Y) { t = t * v + y }
    for i, (v, y) in enumerate(zip(reversed(x), Y)) { t = t + sin(i * v) * y * t }
    for i, v in reversed(enumerate(x)) { h = h * v + i * v ** 2 }
    for i in reversed(range(2, n, 2)) { h = cos(h) + x[i] * i }
    loss = h * sum(t)
    output loss
    """,
    x=numbers(3, 5),
    Y=numbers(4, 5, 2),
)
def zipped(x, Y):
    n, h, t = len(x), 0.0, np.zeros(2)
    for i in range(n):
        t = t * x[i] + Y[i]
    for i in range(n):
        t = t * (1 + np.sin(i * x[n - 1 - i]) * Y[i])
    for i in range(n - 1, -1, -1):
        h = h * x[i] + i * x[i] ** 2
    for i in (4, 2):
        h = np.cos(h) + x[i] * i
    return h * t.sum()


@program(
    """
    input x: f64[n]
    input a: f64
    weights = [0.5, a, a * a]
    loss = 0.0
    for k, w in enumerate(weights) {
      h = w
      for v in x {
        if h * v > 0 { h = tanh(h + v) } else { h = h * w - v * k }
      }
      loss += h * w
    }
    output loss
    """,
    x=numbers(5, 4),
    a=0.7,
)
def list_of_weights(x, a):
    loss = 0.0
    for k, w in enumerate((0.5, a, a * a)):
        h = w
        for v in x:
            h = np.tanh(h + v) if h * v > 0 else h * w - v * k
        loss += h * w
    return loss


@program(
    """
    input x: f64[n]
    input next: i64[n]
    input steps: i64
    i, h = 0, 1.0
    seen = 0 * x
    for k in range(steps) {
      h = sin(h * x[i]) + 1
      seen[i] += h * k
      i = next[i]
      if x[i] > 0.9 { i = n - 1 }
    }
    loss = sum(seen ** 2) + h * x[i] ** 2
    output loss
    """,
    x=[0.4, -0.6, 0.8, 1.2, -0.3],
    next=[2, 0, 3, 1, 1],
    steps=7,
)
def indexed(x, next, steps):
    i, h, seen = 0, 1.0, [0.0] * 5
    for k in range(steps):
        h = np.sin(h * x[i]) + 1
        seen[i] += h * k
        i = 4 if x[next[i]] > 0.9 else next[i]
    return np.sum(np.square(seen)) + h * x[i] ** 2


@program(
    """
    input x: f64[n]
    input rooted: bool[n]
    total = 1.0
    for i in range(n) {
      total += sqrt(x[i]) if rooted[i] else x[i - 1] ** 2 * total
      total = total if total < 3 else 1 + log(total)
    }
    loss = total
    output loss
    """,
    x=[0.4, 0.9, 0.0, -0.6, 0.3],
    rooted=[True, True, False, False, True],
)
def lazy_conditions(x, rooted):
    """At x[2] = 0 the root has no derivative, and isn't taken."""
    total = 1.0
    for i, v in enumerate(x):
        total += np.sqrt(v) if rooted[i] else x[i - 1] ** 2 * total
        total = total if total < 3 else 1 + np.log(total)
    return total


@program(
    """
    input n: i64
    input a: f64
    k, steps, h = n, 0, a
    while k != 1 {
      if k % 2 == 0 {
        k = k // 2
        h = h / 2 + a
      } else {
        k = 3 * k + 1
        h = sin(h) * a
      }
      steps += 1
    }
    loss = h * steps
    output loss
    """,
    n=6,
    a=1.3,
)
def integers_decide(n, a):
    h = a
    for even in (1, 0, 1, 0, 1, 1, 1, 1):
        h = h / 2 + a if even else np.sin(h) * a
    return 8 * h


@program(
    """
    input x: f64[n]
    fn slow(v) {
      return v ** 3
    } vjp (g) {
      return 3 * g * v ** 2
    }
    h = 0.5
    for v in x {
      if slow(v) > 0.1 { h = h + slow(v * h) } else { h = slow(h - v) }
    }
    loss = h ** 2
    output loss
    """,
    x=[0.8, 0.2, 0.9, -0.4],
)
def own_rule(x):
    h = 0.5
    for v in x:
        h = h + (v * h) ** 3 if v**3 > 0.1 else (h - v) ** 3
    return h**2


@program(
    """
    input A: f64[n, m]
    input c: f64
    loss = 0.0
    found = 0
    for row in A {
      for v in row {
        if v < 0 { continue }
        if v * c > 0.7 {
          found += 1
          break
        }
        loss += v * c ** found
      }
      if found == 2 { break }
    }
    output loss
    """,
    A=[[0.3, -0.5, 0.6], [0.2, 0.9, 0.4], [0.5, -0.1, 0.1], [0.95, 0.2, 0.3], [0.6, 0.6, 0.6]],
    c=1.1,
)
def left_at_two_levels(A, c):
    return A[0, 0] + A[0, 2] + A[1, 0] + c * (A[2, 0] + A[2, 2])


@program(
    """
    input x: f64[n]
    input w: f64
    module Cell(start) {
      fn call(h, v) {
        if h > start { return h - v * w }
        return h + w * v ** 2
      }
    }
    cell = Cell(0.5)
    state = (0.2, [w, 1.0])
    for v in x {
      h, pair = state
      state = (cell(h, v), [pair[1], h * pair[0]])
    }
    h, pair = state
    loss = h + sum(pair ** 2)
    output loss
    """,
    x=numbers(6, 6, low=0.2),
    w=0.8,
)
def structured_carry(x, w):
    h, a, b = 0.2, w, 1.0
    for v in x:
        h, a, b = h - v * w if h > 0.5 else h + w * v**2, b, h * a
    return h + a**2 + b**2

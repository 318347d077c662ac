"""The builtins that elaborate their own call, by name, with what `graphc ops` says of them."""

from __future__ import annotations

from graphc.frontend.elaborate.builtins import backward, basics, minimize, recomputing, scanning
from graphc.frontend.elaborate.core.values import Special
from graphc.frontend.elaborate.derivatives import expansion, higher, lineage
from graphc.frontend.elaborate.statements import iteration
from graphc.frontend.elaborate.terms import tuples

SPECIALS: dict[str, Special] = {
    s.name: s
    for s in (
        Special("print", "print(values, …)", basics.print_, "Print strings and values on a line, in program order."),
        Special(
            "assign",
            "assign(variable, value)",
            basics.assign,
            "Give a variable a new value, from inside a function.",
        ),
        Special(
            "const",
            'const(dtype, shape, "base64")',
            basics.const,
            "Data as text: the elements in C order, little-endian.  Large constants print so.",
        ),
        Special(
            "len",
            "len(x)",
            tuples.len_,
            "How many values a tuple or list has, how many rows a tensor, how many characters a known string.",
        ),
        Special("dim", "dim(size)", basics.dim, "A size expression, dim(min(n, 3)), as a number."),
        Special(
            "map",
            "map(f, xs, …)",
            basics.map_,
            "f of each row of tensors, stacked.  A list of tensors is stacked first; if f gives a tuple, so does map.",
        ),
        Special(
            "range",
            "range(start, stop, step, checkpoint=)",
            iteration.range_,
            "What a for counts through.  With checkpoint=k, backward keeps what every k-th step carries and computes "
            "the steps between again.",
        ),
        Special(
            "zip",
            "zip(xs, ys, …, checkpoint=)",
            iteration.zip_,
            "Several things for a loop to go over at once, of one length.",
        ),
        Special("enumerate", "enumerate(xs, start=0)", iteration.enumerate_, "The elements with their numbers."),
        Special("reversed", "reversed(xs)", iteration.reversed_, "The same from the last to the first."),
        Special(
            "scan",
            "scan(f, init, xs, reverse=false, checkpoint=)",
            scanning.scan,
            "A loop as a call: carry, y = f(carry, x) for each x, from the carry init.\n"
            "Gives the last carry and all y, stacked. The carry may be a tuple, and so may y.\n"
            "A list of scalars is one thing to go over;\n"
            "a list of tensors, or a tuple, is several at once, and f gets a tuple of their rows.",
        ),
        Special(
            "fold",
            "fold(f, init, xs, reverse=false, checkpoint=)",
            scanning.fold,
            "The last carry of carry = f(carry, x) for each x, from the carry init; xs is as for scan.",
        ),
        Special(
            "push",
            "push(ys, y)",
            scanning.push,
            "Collect y in `ys = stack()`, once in each iteration of the loop that follows it.",
        ),
        Special(
            "checkpoint",
            "checkpoint(f)",
            recomputing.checkpoint,
            "The function f; backward computes what is inside a call again instead of keeping it.",
        ),
        Special(
            "with_vjp",
            "with_vjp(rule, result, x, …)",
            basics.with_vjp,
            "The result, whose cotangents for x, … are rule(g, result, x, …).  A function with a vjp prints so.",
        ),
        Special(
            "grad",
            "grad(y, x, seed=, unused=)",
            expansion.grad,
            "The gradient of y by x; of a list by a list, a tuple.  A y that isn't scalar is seeded with ones, or with "
            'seed. If y does not depend on x, that is an error, or zeros with unused="zero".',
            looks=True,
        ),
        Special(
            "jvp",
            "jvp(y, x, v, unused=)",
            expansion.jvp,
            "The derivative of y along v, which is like x, a list of directions for a list: forward mode.",
            looks=True,
        ),
        Special(
            "hvp",
            "hvp(y, x, v, unused=)",
            higher.hvp,
            "The Hessian of a scalar y, times v; of lists, a tuple: the Hessian by all of them together.",
            looks=True,
        ),
        Special(
            "jacobian",
            "jacobian(y, x, mode=, unused=)",
            higher.jacobian,
            "All derivatives, of shape y.shape + x.shape; of a list of x a tuple, of a list of y one for each.\n"
            'Forward mode, a sweep for each element of x, if these are fewer than those of y, else "reverse";\n'
            "symbolic sizes are compared by their order, n as if it were 1,000,000.",
            looks=True,
        ),
        Special(
            "hessian",
            "hessian(y, x, unused=)",
            higher.hessian,
            "All second derivatives of a scalar y, of shape x.shape + x.shape;\n"
            "by [a, b] every block, ((aa, ab), (ba, bb)).",
            looks=True,
        ),
        Special(
            "backward",
            "backward(y, seed=, retain_graph=false)",
            backward.backward,
            "Add the gradients of y to the .grad of the trainable variables.  It uses the graph of y up, unless "
            "retain_graph says otherwise.",
            looks=True,
        ),
        Special(
            "zero_grad",
            "zero_grad(variables, …)",
            backward.zero_grad,
            "Set .grad to zeros, of these variables or of all.",
            looks=True,
        ),
        Special(
            "retain_grad",
            "retain_grad(y, …)",
            backward.retain_grad,
            "Let y.grad be there after the backward that follows.",
            looks=True,
        ),
        Special(
            "on_grad",
            "on_grad(y, f)",
            backward.on_grad,
            "Let a backward that follows call f with the complete gradient of y.",
            looks=True,
        ),
        Special(
            "is_leaf",
            "is_leaf(x)",
            lineage.is_leaf,
            "Was x made by no operation?  That is known before the run.",
            looks=True,
        ),
        Special(
            "requires_grad",
            "requires_grad(x)",
            lineage.requires_grad,
            "Does x depend on a trainable variable?  That is known before the run.",
            looks=True,
        ),
        Special(
            "made_by",
            "made_by(x)",
            lineage.made_by,
            "The name of the operation or hand-written rule that made x, as a string.",
            looks=True,
        ),
        Special(
            "minimize",
            "minimize(loss, with=, wrt=, clip_norm=, clip_value=)",
            minimize.minimize,
            "A step of an optimiser, with=optim.adam(1e-3), for the trainable variables that the loss depends on, or "
            "those of wrt.  The state of the optimiser is in variables such as opt.w.m.",
            looks=True,
        ),
    )
}

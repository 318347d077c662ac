"""Words for what the elaborator handles: kinds of meanings, and the flags of loops, whose names no program writes."""

from __future__ import annotations

from graphc.frontend.elaborate.core.scopes import Instance, Items, Meaning, ModuleType, Namespace, Text
from graphc.frontend.elaborate.core.values import DTypeName, Growing, Iteration, Nothing, State, Static
from graphc.ir.graph import Value


def describe(meaning: Meaning) -> str:
    """What kind of thing it is, in a sentence: "a list"."""
    match meaning:
        case Value():
            return "a tensor"
        case Static():
            return "a number"
        case Items():
            return "a tuple" if meaning.is_tuple else "a list"
        case Text():
            return "a string"
        case Nothing():
            return "None"
        case DTypeName():
            return "a dtype"
        case Namespace():
            return "an imported file"
        case ModuleType():
            return "a module"
        case Iteration():
            return "something to loop over"
        case Growing():
            return "an empty stack"
        case Instance(module):
            return f"an instance of {module.name}"
        case State(path):
            return f"the variable {path}"
        case _:
            return "a function"


def kind_of(meaning: Meaning) -> str:
    """The type of a tensor, the number of values of a tuple, or what kind of thing it is."""
    match meaning:
        case Value():
            return str(meaning.type)
        case Items(items) if meaning.is_tuple:
            return f"a tuple of {len(items)} value{'' if len(items) == 1 else 's'}"
        case _:
            return describe(meaning)


# ---------------------------------------------------------------- flags of loops

RETURNED = "return"  # the flag of a `return` inside a loop, and its value
RETURN_VALUE = "return value"

_FLAGS = {
    "scan": "carry",
    "break": "stopped",
    "continue": "skipped",
    "while": "going",
    RETURNED: "returned",
    RETURN_VALUE: "result",
}


def is_flag(name: str) -> bool:
    """Is it no name of the program?"""
    return name == RETURNED or " " in name


def shown(name: str) -> str:
    """A name for people: flags have one, too."""
    return _FLAGS.get(name) or _FLAGS.get(name.split(" ")[0], name)

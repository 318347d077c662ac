"""What expressions are made of: operators, indices, attributes, the arguments of calls.

`static` computes with numbers that are known now, `arguments` binds what a function is given, `draws` completes random
ops.  What goes through all kinds of expressions is `expressions`, one floor up, with `calls`.
"""

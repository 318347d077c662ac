"""Functions and modules of a program.

`traces` specialises a function per signature and inlines it at each call, with origins from `rooting`; `rules` attaches
hand-written derivatives; `modules` makes instances.
"""

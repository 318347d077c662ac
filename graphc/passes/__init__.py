"""Rewrites of a graph, one per file: each gives a graph with the same results, to the bit unless asked otherwise."""

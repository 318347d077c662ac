"""The graph and what it is made of: types, sizes, op records, nodes, regions, and their text."""

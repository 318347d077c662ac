"""Running a graph: feeds become arrays of declared sizes, a plan becomes calls of NumPy."""

"""Random programs with control flow, each as graphc's text and as Python: `programs.random_program(seed)`.

`lines` is a text in both languages, `scopes` what may be read and assigned at a place; `expressions`, `statements` and
`functions` draw them, `programs` puts a whole one together.  `reference` runs the Python, on floats and NumPy arrays.
"""

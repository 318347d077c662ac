"""A graph for other programs: DOT for drawing, JSON for reading by machines."""

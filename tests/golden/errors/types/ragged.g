output s = sum([[1, 2], [3]])  # error: E0317

#$ graphc check ragged.g

# contraction

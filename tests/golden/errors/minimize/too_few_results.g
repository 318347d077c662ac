fn heavy(w, dw, m=0.0) = w - 0.1 * (0.9 * m + dw)
var w: f32 = 0.0
loss = (w - 1) ** 2
minimize(loss, with=heavy)  # error: E0414

#$ graphc check too_few_results.g
#! error[E0414]: heavy is not an optimiser: it gives 1 value, not 2
#!   --> too_few_results.g:4:21
#!    |
#!  4 | minimize(loss, with=heavy)  # error: E0414
#!    |                     ^^^^^
#!    |
#!  1 | fn heavy(w, dw, m=0.0) = w - 0.1 * (0.9 * m + dw)
#!    | ---------------------- declared here
#!    = hint: return w, m
#= 1

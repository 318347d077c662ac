fn heavy(w, dw, m) = w - 0.1 * (0.9 * m + dw), 0.9 * m + dw
var w: f32 = 0.0
loss = (w - 1) ** 2
minimize(loss, with=heavy)  # error: E0414

#$ graphc check state_without_value.g
#! error[E0414]: heavy is not an optimiser: its state m has no first value
#!   --> state_without_value.g:4:21
#!    |
#!  4 | minimize(loss, with=heavy)  # error: E0414
#!    |                     ^^^^^
#!    |
#!  1 | fn heavy(w, dw, m) = w - 0.1 * (0.9 * m + dw), 0.9 * m + dw
#!    | ------------------ declared here
#!    = hint: give it a default: m=0.0
#= 1

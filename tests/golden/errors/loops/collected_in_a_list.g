input x: f32[n]
ys = [x]
ys.append(x)    # error: E0206
for k in range(3) {
  ys = ys + [x]  # error: E0319
}
best = None     # error: E0208
output x

#$ graphc check collected_in_a_list.g
#! error[E0206]: a list has no attribute append
#!   --> collected_in_a_list.g:3:4
#!    |
#!  3 | ys.append(x)    # error: E0206
#!    |    ^^^^^^
#!    = hint: to collect values: ys = stack() before the loop, push(ys, x) in it
#!
#! error[E0319]: ys is a list before an iteration of the loop and a tensor after it
#!   --> collected_in_a_list.g:5:3
#!    |
#!  5 |   ys = ys + [x]  # error: E0319
#!    |   ^^
#!    |
#!  2 | ys = [x]
#!    | -- bound here
#!    = hint: to collect values: ys = stack() before the loop, push(ys, y) in it
#!
#! error[E0208]: None is no value
#!   --> collected_in_a_list.g:7:8
#!    |
#!  7 | best = None     # error: E0208
#!    |        ^^^^
#!    = hint: begin with a number or zeros: best = 0.0
#!
#! error: 3 errors in collected_in_a_list.g
#= 1

# A loop that nothing ends is not dropped, empty as it is: what follows is never reached.
fn wait(x) {
  while true { }
  return x
}
print("begins")
output y = wait(1.0)

#$ graphc show endless.g
#> print("begins")
#> while true {
#> }
#> y: f32 = 1.0
#> output y

#$ graphc run endless.g --timeout 2
#> begins
#! error[E0611]: timed out after 2 s
#!   --> endless.g:3:3
#!    |
#!  3 |   while true { }
#!    |   ^^^^^^^^^^ this loop was running
#!    |
#!  7 | output y = wait(1.0)
#!    |            --------- in this call of wait
#!    = hint: a larger --timeout, if it would end
#= 1

#$ graphc run endless.g --eager --timeout 2
#> begins
#! error[E0611]: timed out after 2 s
#!   --> endless.g:3:3
#!    |
#!  3 |   while true { }
#!    |   ^^^^^^^^^^ this loop was running
#!    |
#!  7 | output y = wait(1.0)
#!    |            --------- in this call of wait
#!    = hint: a larger --timeout, if it would end
#= 1

#$ graphc show endless.g | graphc run - --timeout 2
#> begins
#! error[E0611]: timed out after 2 s
#!   --> <stdin>:2:1
#!    |
#!  2 | while true {
#!    | ^^^^^^^^^^ this loop was running
#!    = hint: a larger --timeout, if it would end
#= 1

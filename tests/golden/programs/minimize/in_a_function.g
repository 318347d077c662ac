# minimize in a function and in a branch: the states are variables of the program all the same.
import optim
input go: bool = true
var w: f32 = 2.0
fn improve() {
  loss = w ** 2
  minimize(loss, with=optim.sgd(0.25, momentum=0.5))
}
improve()
if go { improve() }
print(w, opt.w.m)

#$ graphc run in_a_function.g
#> 0.0 4.0

#$ graphc run in_a_function.g --feed go=false
#> 1.0 4.0

#$ graphc show in_a_function.g
#> input go: bool = true
#> var w: f32 = 2.0
#> var opt.w.m: f32 = 0.0, trainable=false
#> m = 0.5 * opt.w.m + 1 * (2 * w)
#> v1 = w - 0.25 * m
#> if go {
#>   m_1 = 0.5 * m + 1 * (2 * v1)
#>   w_1 = v1 - 0.25 * m_1
#>   opt_w_m = m_1
#> } else {
#>   w_1 = v1
#>   opt_w_m = m
#> }
#> print(w_1, opt_w_m)
#> w = w_1
#> opt.w.m = opt_w_m

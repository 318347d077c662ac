# Every kind of draw, as it is written and as it prints.
import init
from nn import dropout

input p: f32[n]
var W: f32[2, 3] = init.glorot_uniform([2, 3])

u = uniform([2], -1, 1)
z = normal(mean=p, std=0.1)
coin = bernoulli(0.5)
die = randint(1, 7, [3])
class = categorical(log(p), [4])
order = permutation(5)
rows = permutation(W)
h = dropout(p, 0.25)
again = normal([2], key=site("z.normal"))
fn jitter(row) = row + uniform()
m = map(jitter, W)
output u
output z
output coin
output die
output class
output order
output rows
output h
output again
output m

#$ graphc show draws.g
#> input p: f32[n]
#> fn W_init() {
#>   bound = sqrt(6 / (2 + 3))
#>   return uniform([2, 3], low=f32(-bound), high=f32(bound), key=site("W.glorot_uniform/uniform"))
#> }
#> var W: f32[2, 3] = W_init()
#> u = uniform([2], low=-1, dtype=f32, key=site("u.uniform"))
#> z = normal(mean=p, std=0.1, key=site("z.normal"))
#> coin = bernoulli(f32(0.5), key=site("coin.bernoulli"))
#> die = randint(1, 7, [3], key=site("die.randint"))
#> class = categorical(log(p), [4], key=site("class.categorical"))
#> order = permutation(5, key=site("order.permutation"))
#> rows = take(W, permutation(2, key=site("rows.permutation")))
#> h = where(bernoulli(f32(1 - 0.25), [n], key=site("h.dropout/bernoulli")), p / (1 - 0.25), 0)
#> again = normal([2], dtype=f32, key=site("z.normal"))
#> v1 = site("m.jitter")
#> fn row(row, i) = row + uniform(dtype=f32, key=site("uniform", key=fold_in(v1, i)))
#> m = map(row, W, arange(0, stop=2, dtype=i64))
#> output u
#> output z
#> output coin
#> output die
#> output class
#> output order
#> output rows
#> output h
#> output again
#> output m

#$ graphc run draws.g --feed 'p=[0.2, 0.3, 0.5]'
#> u: f32[2] = [-0.40759003, 0.20553803]
#> z: f32[3] = [0.16499466, 0.337414, 0.4782416]
#> coin: bool = true
#> die: i64[3] = [5, 2, 1]
#> class: i64[4] = [2, 2, 1, 2]
#> order: i64[5] = [4, 2, 0, 1, 3]
#> rows: f32[2, 3] = [[0.9386773, 0.5072626, -0.9699793], [-0.20909613, -0.75389516, -0.18690586]]
#> h: f32[3] = [0.26666668, 0.4, 0.0]
#> again: f32[2] = [-0.3500535, 0.37413993]
#> m: f32[2, 3] = [[1.8386083, 1.4071937, -0.07004827], [0.621044, 0.07624495, 0.64323425]]

#$ graphc show draws.g | graphc run - --feed 'p=[0.2, 0.3, 0.5]' --fetch z,W,m
#> z: f32[3] = [0.16499466, 0.337414, 0.4782416]
#> W: f32[2, 3] = [[0.9386773, 0.5072626, -0.9699793], [-0.20909613, -0.75389516, -0.18690586]]
#> m: f32[2, 3] = [[1.8386083, 1.4071937, -0.07004827], [0.621044, 0.07624495, 0.64323425]]

#$ graphc grad draws.g --wrt p --of z
#> # d z / d p of draws.g
#> input p: f32[n]
#> var W: f32[2, 3] = uniform([2, 3], low=-1.0954452, high=1.0954452, dtype=f32, key=site("W.glorot_uniform/uniform"))
#> z = normal(mean=p, std=0.1, key=site("z.normal"))
#> dz_dp = broadcast_to(f32(1), [n])
#> output z
#> output dz_dp

#$ graphc run draws.g --feed 'p=[0.2, 0.3, 1.5]' --fetch h
#> h: f32[3] = [0.26666668, 0.4, 0.0]

#$ graphc run draws.g --feed 'p=[0.2, -inf, nan]' --fetch class
#! error[E0608]: the logits of a class are nan or inf, or those of all classes -inf
#!   --> draws.g:12:9
#!    |
#! 12 | class = categorical(log(p), [4])
#!    |         ^^^^^^^^^^^^^^^^^^^^^^^^
#!    = note: operand: log(p): f32[3]
#= 1

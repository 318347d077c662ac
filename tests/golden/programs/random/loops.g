# Each iteration draws its own numbers, and so does the condition of a while.
from nn import dropout

input w: f32[4] = [1, 2, 3, 4]
h = w
for i in range(3) { h = dropout(h, 0.25) + 0.1 * normal([4]) }
k = 0
while uniform() < 0.75 { k = k + 1 }
walk = 0.0
for step in range(2) { for turn in range(2) { walk = walk + uniform(low=-1) } }

output h
output k
output walk

#$ graphc run loops.g
#> h: f32[4] = [2.0844717, 0.02771835, -0.07047916, 9.587804]
#> k: i64 = 8
#> walk: f32 = 0.22343445

#$ graphc run loops.g --eager
#> h: f32[4] = [2.0844717, 0.02771835, -0.07047916, 9.587804]
#> k: i64 = 8
#> walk: f32 = 0.22343445

#$ graphc run loops.g --seed 2
#> h: f32[4] = [-0.092480265, 0.049047258, 7.0913205, 9.640662]
#> k: i64 = 1
#> walk: f32 = -2.6478968

#$ graphc show loops.g
#> input w: f32[4] = [1.0, 2.0, 3.0, 4.0]
#> v1 = site("h.dropout")
#> v2 = site("h.normal")
#> h = w
#> for i in range(3) {
#>   v3 = bernoulli(f32(1 - 0.25), [4], key=site("bernoulli", key=fold_in(v1, i)))
#>   h = where(v3, h / (1 - 0.25), 0) + 0.1 * normal([4], dtype=f32, key=fold_in(v2, i))
#> }
#> v4 = site("uniform")
#> k_1 = 0
#> step: i64 = 0
#> while uniform(dtype=f32, key=fold_in(v4, step)) < 0.75 {
#>   k_1 = k_1 + 1
#>   step = step + 1
#> }
#> v5 = site("walk.uniform")
#> walk: f32 = 0.0
#> for i_1 in range(2) {
#>   v6 = fold_in(v5, i_1)
#>   walk_1 = walk
#>   for i_2 in range(2) {
#>     walk_1 = walk_1 + uniform(low=-1, dtype=f32, key=fold_in(v6, i_2))
#>   }
#>   walk = walk_1
#> }
#> k = i64(k_1)
#> output h
#> output k
#> output walk

# An instance that is passed on, or has a second name, is the same one; its path is where it was first made.
module Counter() {
  var n: i64 = 0
  fn tick() { n += 1; return n }
}
module Pair(left, right) {
  fn tick() { return left.tick(), right.tick() }
}
c = Counter()
same = c
both = Pair(c, same)
apart = Pair(Counter(), Counter())
fn twice(counter) { counter.tick(); return counter.tick() }
a, b = both.tick()
same.n += 10
output t = twice(c)
p, q = apart.tick()
output a; output b; output p; output q
output n = c.n

#$ graphc run shared.g
#> t: i64 = 14
#> a: i64 = 1
#> b: i64 = 2
#> p: i64 = 1
#> q: i64 = 1
#> n: i64 = 14

#$ graphc check shared.g
#> shared.g: ok
#>   state     c.n: i64   apart.left.n: i64   apart.right.n: i64    not trainable
#>   modules   c: Counter   both: Pair   apart.left: Counter   apart.right: Counter   apart: Pair
#>   outputs   t: i64   a: i64   b: i64   p: i64   q: i64   n: i64
#>   effects   none

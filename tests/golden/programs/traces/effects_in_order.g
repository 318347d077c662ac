# Effects inside calls keep the order of the calls.
var count: i64 = 0, trainable=false
fn tick(name) {
  assign(count, count + 1)
  print(name, count)
  assert count < 10, "too many"
}
fn twice(name) {
  tick(name)
  print("between")
  tick(name)
}
print("start", count)
twice("a")
tick("b")
print("end", count)

#$ graphc run effects_in_order.g
#> start 0
#> a 1
#> between
#> a 2
#> b 3
#> end 3

#$ graphc show effects_in_order.g | graphc run -
#> start 0
#> a 1
#> between
#> a 2
#> b 3
#> end 3

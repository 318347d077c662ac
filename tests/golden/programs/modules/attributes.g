# Variables given to a name by path, and a function beside them: 1.0, then 6 (the tutorial prints the stale 0.0 and 5).
var mymodule.x: f32 = 0.0
fn addprint(a: f32) {
  assign(mymodule.x, mymodule.x + a)
  print(mymodule.x)
  return mymodule.x
}
output first = addprint(1)
output second = addprint(5)

#$ graphc run attributes.g
#> 1.0
#> 6.0
#> first: f32 = 1.0
#> second: f32 = 6.0

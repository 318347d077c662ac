# A function that assigns a variable of the program: each call sees what the one before left.
var x: f32 = 1.0
fn outer_var() {
  assign(x, x + 1)
  print(x)
  return x
}
a = outer_var()
b = outer_var()
output x

#$ graphc run outer_variable.g
#> 2.0
#> 3.0
#> x: f32 = 3.0

#$ graphc run outer_variable.g --steps 2
#> 2.0
#> 3.0
#> 4.0
#> 5.0
#> x: f32 = 5.0

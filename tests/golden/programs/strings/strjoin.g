input x: str
input y: str

fn strjoin(x, y) {
  z = join(x, y, sep=" ")
  print(z)
  return z
}

z = strjoin(x, y)

#$ graphc run strjoin.g --feed x=hello --feed y=world
#> hello world
#> z: str = "hello world"

#$ graphc run strjoin.g --feed 'x="hello"' --feed y=3 --json
#> {"outputs": {"z": {"dtype": "str", "shape": [], "data": "hello 3"}}}
#! hello 3

#$ graphc run strjoin.g --feed x=hello
#! error[E0603]: input y has no value
#!   --> strjoin.g:2:7
#!    |
#!  2 | input y: str
#!    |       ^^^^^^ str, without a default
#!    = hint: --feed y="…"
#= 1

#$ graphc check strjoin.g
#> strjoin.g: ok
#>   inputs    x: str   y: str
#>   outputs   z: str
#>   effects   print

#$ graphc show strjoin.g --core
#> input x: str
#> input y: str
#> z: str = join(x, y, sep=" ")         # strjoin.g:5:7   z = join(x, y, sep=" ")
#> print(z)                             # strjoin.g:6:3   print(z)
#> output z

#$ graphc grad strjoin.g --wrt x
#! error[E0401]: z is str, which has no derivative
#!   --> strjoin.g:5:7
#!    |
#!  5 |   z = join(x, y, sep=" ")
#!    |       ^^^^^^^^^^^^^^^^^^^ z is str
#= 1

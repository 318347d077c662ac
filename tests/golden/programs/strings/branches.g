input x: f32
input n: str
var v: str = ""
s = "pos" if x > 0 else n
if n == "a" {
  t = n + "!"
  v = t
  j = x ** 2
} else {
  t = "other"
  j = x
}
output s
output t
output m = "same" if x > 0 else "same"
output dj = grad(j, x)

#$ graphc run branches.g --feed x=2 --feed n=a
#> s: str = "pos"
#> t: str = "a!"
#> m: str = "same"
#> dj: f32 = 4.0

#$ graphc run branches.g --feed x=-2 --feed n=b
#> s: str = "b"
#> t: str = "other"
#> m: str = "same"
#> dj: f32 = 1.0

#$ graphc show branches.g
#> input x: f32
#> input n: str
#> var v: str = ""
#> if x > 0 {
#>   v1: str = "pos"
#>   s = v1
#> } else {
#>   s = n
#> }
#> v2 = n == "a"
#> if v2 {
#>   t_1 = n + "!"
#>   t = t_1
#>   v_1 = t_1
#>   j = x ** 2
#> } else {
#>   t_2: str = "other"
#>   t = t_2
#>   v_1 = v
#>   j = x
#> }
#> m: str = "same"
#> dj = 1 * (2 * x) if v2 else 1
#> output s
#> output t
#> output m
#> output dj
#> v = v_1

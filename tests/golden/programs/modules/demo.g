# State together with what works on it, as a class of variables and methods: addprint(5) prints 1 + 5.
module DemoModule(init_value=0.0) {
  var x: f32 = init_value
  fn addprint(a: f32) {
    x += a                  # a method assigns the variables of its own module
    print(x)
    return x
  }
}
demo = DemoModule(1.0)
other = DemoModule()        # an instance with a state of its own
output result = demo.addprint(5)
output x = demo.x
output untouched = other.x

#$ graphc run demo.g
#> 6.0
#> result: f32 = 6.0
#> x: f32 = 6.0
#> untouched: f32 = 0.0

#$ graphc run demo.g --steps 2 --fetch demo.x --effects
#> 6.0
#> 11.0
#> demo.x: f32 = 6.0

#$ graphc show demo.g
#> var demo.x: f32 = 1.0
#> var other.x: f32 = 0.0
#> untouched = other.x
#> result = demo.x + 5
#> x = result
#> print(result)
#> output result
#> output x
#> output untouched
#> demo.x = result

#$ graphc check demo.g
#> demo.g: ok
#>   state     demo.x: f32   other.x: f32    trainable
#>   modules   demo: DemoModule   other: DemoModule
#>   outputs   result: f32   x: f32   untouched: f32
#>   effects   print

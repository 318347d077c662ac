module Demo(init=0.0) {
  var x: f32 = init

  fn addprint(a: f32) {
    x += a
    print(x)
    return x
  }
}

demo = Demo(1.0)

export fn addprint(a: f32) = demo.addprint(a)

#$ graphc run module.g --entry addprint --feed a=5.0
#> 6.0
#> addprint: f32 = 6.0

#$ graphc run module.g --entry addprint
#! error[E0603]: input a has no value
#!   --> module.g:13:20
#!    |
#! 13 | export fn addprint(a: f32) = demo.addprint(a)
#!    |                    ^^^^^^ f32, without a default
#!    = hint: --feed a=1.0
#= 1

#$ graphc run module.g --entry addprnt --feed a=5.0
#! error[E0210]: the program has no entry point addprnt
#!    = hint: did you mean addprint?
#= 1

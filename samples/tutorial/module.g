# State and functions in a module:  graphc run samples/tutorial/module.g --entry addprint --feed a=5.0
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

test "1 + 5, and + 5 again" {
  assert demo.addprint(5.0) == 6
  assert demo.addprint(5.0) == 11
}

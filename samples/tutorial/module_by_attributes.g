# A variable and a function that belong together:  graphc run samples/tutorial/module_by_attributes.g --entry addprint --feed a=1.0
var x: f32 = 0.0

export fn addprint(a: f32) {
  assign(x, x + a)
  print(x)
  return x
}

test "0 + 1, and + 5" {
  assert addprint(1.0) == 1
  assert addprint(5.0) == 6
}

# A parameter with a type takes what fits:  graphc run samples/tutorial/typed_parameter.g
var x: f32 = 1.0

fn add_print(a: f32) {  # the number 3 fits, i32(3) and a vector are refused
  assign(x, x + a)
  print(x)
  return x
}

output result = add_print(3)

test "1 + 3" {
  assert result == 4
}

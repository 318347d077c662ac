# A function changes a variable outside of it:  graphc run samples/tutorial/outer_variable.g
var x: f32 = 1.0

fn outer_var() {
  assign(x, x + 1)  # a var in here would be refused: it would be new at each call
  print(x)
  return x
}

first = outer_var()
second = outer_var()

test "2, then 3" {
  assert first == 2
  assert second == 3
}

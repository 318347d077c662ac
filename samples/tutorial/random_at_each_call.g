# Random numbers differ from call to call of one trace:  graphc run samples/tutorial/random_at_each_call.g --seed 7
fn draw() {
  a = normal([3, 3])
  print(a)
  return a
}

first = draw()
second = draw()

test "two draws" {
  assert any(first != second)
}

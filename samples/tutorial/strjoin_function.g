# A function that prints what it returns:  graphc run --eager samples/tutorial/strjoin_function.g
fn strjoin(x, y) {
  z = join(x, y, sep=" ")
  print(z)  # without quotes, as people write
  return z
}

output result = strjoin("hello", "world")

test "joined with a space" {
  assert result == "hello world"
}

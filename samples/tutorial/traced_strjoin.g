# The same function as a static graph, traced once:  graphc run -v samples/tutorial/traced_strjoin.g
input x: str = "hello"
input y: str = "world"

fn strjoin(x, y) {
  z = join(x, y, sep=" ")
  print(z)
  return z
}

output result = strjoin(x, y)
output again = strjoin(y, x)  # the trace of the first call serves this one, too

test "joined with a space" {
  assert result == "hello world"
  assert again == "world hello"
}

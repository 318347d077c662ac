# A list that grows is state with a count:  graphc run samples/tutorial/append_to_state.g
var xs: float[8] = zeros([8])
var count: i64 = 0

fn append(x) {
  grown = xs
  grown[count] = x
  assign(xs, grown)
  assign(count, count + 1)
  shown = ""
  for i in range(count) {
    shown += (", " if i > 0 else "") + format(xs[i])
  }
  print("[" + shown + "]")
}

append(5.0)
append(6.0)

test "both are there" {
  assert count == 2
  assert xs[0] == 5 and xs[1] == 6
}

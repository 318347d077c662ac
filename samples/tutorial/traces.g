# One trace per signature, prints at each call:  graphc run -v samples/tutorial/traces.g
input hello: str = "hello"
input world: str = "world"
input good: str = "good"
input morning: str = "morning"

fn myadd(a, b) {
  for i in range(3) {
    print(i)
  }
  return a + b
}

output first = myadd(hello, world)
output second = myadd(good, morning)  # no new trace
output third = myadd(i32(1), i32(2))  # the arguments are of another type: a second trace

test "strings join, integers add" {
  assert first == "helloworld"
  assert second == "goodmorning"
  assert third == 3
}

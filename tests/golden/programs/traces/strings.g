# A string argument is known only where the body asks for it: a comparison, an attribute, a message.
fn show(a) {
  for i in range(3) { print(a, i) }
}
show("a"); show("b"); show(1)
fn act(x, kind) {
  if kind == "square" { return x ** 2 } else { return x }
}
fn twice(x, kind) = act(act(x, kind), kind)
output u = twice(f32(3.0), "square")
output v = twice(f32(4.0), "square")
output w = twice(f32(4.0), "same")
fn greet(a, b) = a + b + "!"
output hello = greet("hello ", "you")
output bye = greet("bye ", "me")

#$ graphc run -v --no-fold strings.g
#> a 0
#> a 1
#> a 2
#> b 0
#> b 1
#> b 2
#> 1 0
#> 1 1
#> 1 2
#> u: f32 = 81.0
#> v: f32 = 256.0
#> w: f32 = 4.0
#> hello: str = "hello you!"
#> bye: str = "bye me!"
#! trace    show(a: str)
#! trace    show(a: int); a was str
#! trace    act(x: f32, kind: str = "square")
#! trace    twice(x: f32, kind: str = "square")
#! trace    act(x: f32, kind: str = "same"); kind was "square"
#! trace    twice(x: f32, kind: str = "same"); kind was "square"
#! trace    greet(a: str, b: str)
#! run      numpy, 11 ops, 0.728 ms, peak 44 B

#$ graphc run --eager --fetch hello strings.g
#> hello: str = "hello you!"

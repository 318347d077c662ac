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
fn same(a) { print("same"); return a }  # what is given back is what each call gives
output both = same("p") + same("q")
output sizes = ones([same(1), same(2)])

#$ graphc show -v --stage graph strings.g
#> v1: str = "a"
#> for i in range(3) {
#>   print(v1, i)
#> }
#> v2: str = "b"
#> for i_1 in range(3) {
#>   print(v2, i_1)
#> }
#> v3 = 1
#> for i_2 in range(3) {
#>   print(i64(v3), i_2)
#> }
#> u = (f32(3) ** 2) ** 2
#> v = (f32(4) ** 2) ** 2
#> w: f32 = 4.0
#> hello = join("hello ", "you") + "!"
#> bye = join("bye ", "me") + "!"
#> print("same")
#> print("same")
#> both: str = "pq"
#> print("same")
#> print("same")
#> sizes = ones([1, 2], dtype=f32)
#> output u
#> output v
#> output w
#> output hello
#> output bye
#> output both
#> output sizes
#! trace    show(a: str)
#! trace    show(a: int); a was str
#! trace    act(x: f32, kind: str = "square")
#! trace    twice(x: f32, kind: str = "square")
#! trace    act(x: f32, kind: str = "same"); kind was "square"
#! trace    twice(x: f32, kind: str = "same"); kind was "square"
#! trace    greet(a: str, b: str)
#! trace    same(a: str)
#! trace    same(a: int); a was str

#$ graphc run strings.g
#> a 0
#> a 1
#> a 2
#> b 0
#> b 1
#> b 2
#> 1 0
#> 1 1
#> 1 2
#> same
#> same
#> same
#> same
#> u: f32 = 81.0
#> v: f32 = 256.0
#> w: f32 = 4.0
#> hello: str = "hello you!"
#> bye: str = "bye me!"
#> both: str = "pq"
#> sizes: f32[1, 2] = [[1.0, 1.0]]

#$ graphc run --eager strings.g
#> a 0
#> a 1
#> a 2
#> b 0
#> b 1
#> b 2
#> 1 0
#> 1 1
#> 1 2
#> same
#> same
#> same
#> same
#> u: f32 = 81.0
#> v: f32 = 256.0
#> w: f32 = 4.0
#> hello: str = "hello you!"
#> bye: str = "bye me!"
#> both: str = "pq"
#> sizes: f32[1, 2] = [[1.0, 1.0]]

# Each line runs as it is read:  graphc run --eager samples/tutorial/eager_strjoin.g
x = "hello"
y = "world"
z = join(x, y, sep=" ")
print(z)

test "joined with a space" {
  assert z == "hello world"
}

# Placeholders, feeds and a fetch:  graphc run samples/tutorial/static_strjoin.g --feed x=hello --feed y=world --fetch z
input x: str = "good"
input y: str = "morning"
z = join(x, y, sep=" ")
output z

test "without feeds, the defaults" {
  assert z == "good morning"
}

# Two strings joined:  graphc run samples/tutorial/strjoin.g --feed x=hello --feed y=world
input x: str
input y: str

fn strjoin(x, y) {
  z = join(x, y, sep=" ")
  print(z)  # without quotes, as people write
  return z
}

output z = strjoin(x, y)

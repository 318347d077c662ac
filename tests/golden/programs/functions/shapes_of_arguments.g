fn rows(X) {
  n = X.shape[0]
  return sum(X) / n
}
input A: f32[2, 2] = [[1, 2], [3, 4]]
input B: f32[k]
output a = rows(A)
output b = rows(B)

#$ graphc run shapes_of_arguments.g --feed B=[1,2,6]
#> a: f32 = 5.0
#> b: f32 = 3.0

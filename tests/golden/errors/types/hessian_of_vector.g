input x: f32[n]
output H = hessian(x ** 3, x)  # error: E0311

#$ graphc check hessian_of_vector.g

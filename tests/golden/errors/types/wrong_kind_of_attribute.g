input x: f32[n]
output y = sum(x, keepdims=2)  # error: E0309

#$ graphc check wrong_kind_of_attribute.g

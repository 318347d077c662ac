input a: f32[2]
input b: f32[3]
output s = sum([a, b])  # error: E0317

#$ graphc check ragged_tensors.g

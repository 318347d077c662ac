var k: i8[3] = [1, 2, 1000]  # error: E0305
output k

#$ graphc check list_item_does_not_fit.g

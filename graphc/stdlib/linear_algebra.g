# linear_algebra

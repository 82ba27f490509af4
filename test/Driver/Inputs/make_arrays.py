# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""make_arrays.py: writes inputs, right and wrong, of a network that takes
[N, 3, 8, 8], into this directory."""

import numpy as np

x = np.random.RandomState(0).standard_normal((3, 3, 8, 8)).astype(np.float32)
np.save("x.npy", x)
x.tofile("x.bin")
np.save("one.npy", x[:1])
np.save("three.npy", np.repeat(x[:1], 3, axis=0))
np.save("double.npy", x.astype(np.float64))
with open("version2.npy", "wb") as file:
    np.lib.format.write_array(file, x, version=(2, 0))
np.save("rank.npy", x[0])
np.save("size.npy", np.zeros((1, 3, 8, 9), np.float32))
np.save("fortran.npy", np.asfortranarray(x))
np.save("complex.npy", x.astype(np.complex64))
np.save("empty.npy", x[:0])
x.ravel()[:100].tofile("short.bin")
with open("short.npy", "wb") as file:
    file.write(open("x.npy", "rb").read()[:-4])
with open("text.npy", "w") as file:
    file.write("1 2 3\n")
with open("x.txt", "w") as file:
    file.write("1 2 3\n")
with open("labels.txt", "w") as file:
    file.write("cat\ndog\nship\nfrog\n")
with open("few.txt", "w") as file:
    file.write("cat\ndog\n")

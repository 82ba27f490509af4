# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import lit.formats

# Executables called ...Tests, each of GoogleTest's tests a test of its own.
config.name = "resnetc-unit"
config.test_format = lit.formats.GoogleTest(".", "Tests")
config.suffixes = []
config.test_exec_root = config.test_source_root = config.resnetc_unit_dir

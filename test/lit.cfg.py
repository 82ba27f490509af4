# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import os
import shutil
import subprocess

import lit.formats

config.name = "resnetc"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test"]
config.excludes = ["Inputs", "Unit", "CMakeLists.txt"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = config.resnetc_test_dir
source_root = os.path.dirname(config.test_source_root)

config.environment["PATH"] = os.pathsep.join(
    [config.resnetc_tools_dir, config.llvm_tools_dir, os.environ["PATH"]]
)
config.environment["PYTHONPATH"] = os.pathsep.join(
    [
        os.path.join(config.test_source_root, "Import", "Inputs"),
        os.path.join(source_root, "python"),
    ]
)
config.environment["PYTHONDONTWRITEBYTECODE"] = "1"
config.substitutions += [
    ("%python", config.python_executable),
    ("%source", source_root),
    ("%tools", os.path.join(config.test_source_root, "tools")),
    ("%bin", config.resnetc_tools_dir),
    ("%lib", config.resnetc_library_dir),
    ("%runtime", os.path.join(config.resnetc_library_dir, "libresnetc_rt.a")),
]

# What tests compare with, where ./dev could fetch it.
for name in ("RESNETC_ORT_DIR", "HOME", "XDG_CACHE_HOME"):
    if name in os.environ:
        config.environment[name] = os.environ[name]
if "RESNETC_ORT_DIR" in os.environ:
    config.available_features.add("onnxruntime")
# Debian's libonnx-testdata.
if os.path.isdir("/usr/share/libonnx-testdata/data/node"):
    config.available_features.add("onnx-testdata")
if "RESNETC_PRETRAINED" in os.environ:
    config.available_features.add("pretrained")
# What trains on several machines; two processes are more than one core may do.
mpi_library = os.path.join(config.resnetc_library_dir, "libresnetc_mpi.a")
mpirun = shutil.which("mpirun")
if mpirun and shutil.which("mpicc") and os.path.exists(mpi_library):
    config.available_features.add("mpi")
config.substitutions += [
    ("%mpi_library", mpi_library),
    ("%mpirun", "%s --oversubscribe --allow-run-as-root" % mpirun),
]
# Only ./dev bench installs it.
if not subprocess.run(
    [
        config.python_executable,
        "-c",
        "import importlib.util as u, sys; sys.exit(not u.find_spec('torch'))",
    ],
    check=False,
).returncode:
    config.available_features.add("pytorch")

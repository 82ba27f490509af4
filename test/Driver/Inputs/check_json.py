# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""check_json.py FILE MODEL: one JSON object on one line, as documented."""

import json
import sys

with open(sys.argv[1]) as file:
    lines = file.read().splitlines()
assert len(lines) == 1, lines
report = json.loads(lines[0])
assert list(report) == ["model", "threads", "batch", "repeat", "min_ms", "median_ms",
                        "p95_ms", "load_ms", "first_ms", "peak_rss_mb"], report
assert (report["model"], report["threads"], report["batch"], report["repeat"]) == (
    sys.argv[2], 2, 3, 7), report
assert 0 < report["min_ms"] <= report["median_ms"] <= report["p95_ms"], report
assert report["load_ms"] > 0 and report["first_ms"] > 0, report
assert 0.5 < report["peak_rss_mb"] < 1000, report

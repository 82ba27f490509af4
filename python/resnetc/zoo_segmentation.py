# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Networks of resnetc.zoo that label every pixel: input [N, 3, image_size,
image_size], output [N, classes, image_size, image_size].

  fcn_resnet18       Long et al., "Fully Convolutional Networks" (2015):
                     scores of strides 8 to 32 added by transposed convolutions
  fcn_resnet50       as torchvision builds it: dilated, enlarged bilinearly
  deeplabv3_resnet50 Chen et al., "Rethinking Atrous Convolution" (2017), as
                     torchvision builds it
  unet_resnet18      Ronneberger et al., "U-Net" (2015), with a ResNet as its
                     encoder
"""

from resnetc import zoo_shapes as shapes
from resnetc.zoo_resnet import RESNET18, RESNET50, backbone, stages


def conv_bn_relu(b, x, path, first, width, kernel, dilation=1):
    """Convolution, normalization and rectifier, numbered from first on."""
    x = b.conv(x, '%s.%d' % (path, first), width, kernel, dilation=dilation)
    x = b.batch_norm(x, '%s.%d' % (path, first + 1))
    return b.relu(x, '%s.%d' % (path, first + 2))


def fcn_skips(b, spec, image_size, classes):
    """FCN-8s."""
    x = b.input('input', 3, [image_size] * 2)
    features = backbone(b, x, spec, 'backbone.')[1:]
    x = None
    for i, feature in reversed(list(enumerate(features))):
        score = b.conv(feature, 'score%d' % (8 << i), classes, 1, bias=True)
        x = b.add(score, x, '') if x else score
        x = (b.conv_transpose(x, 'upscore%d' % (8 << i), classes, 4, 2, 1)
             if i else
             b.conv_transpose(x, 'upscore8', classes, 16, 8, 4, bias=False))
    b.output(x, 'output', [classes, image_size, image_size])


def enlarge(b, x, features, head, classes, image_size):
    """What ends torchvision's networks: head's scores in the input's size."""
    target = shapes.spatial_shape(b, x, '')
    y = head(b, features, classes)
    y = shapes.interpolate(b, y, '', target, x.size)
    b.output(y, 'out', [classes, image_size, image_size])


def fcn_head(b, x, classes):
    x = conv_bn_relu(b, x, 'classifier', 0, x.channels // 4, 3)
    return b.conv(x, 'classifier.4', classes, 1, bias=True)


def deeplab_head(b, x, classes, width=256):
    """Convolutions of several dilations beside each other, and the mean of the
    image; then one of all of them."""
    path = 'classifier.0'
    branches = [conv_bn_relu(b, x, path + '.convs.0', 0, width, 1)]
    for i, rate in enumerate((12, 24, 36)):
        branches.append(conv_bn_relu(b, x, '%s.convs.%d' % (path, i + 1), 0,
                                     width, 3, rate))
    pooled = path + '.convs.4'
    target = shapes.spatial_shape(b, x, pooled)
    y = b.global_average_pool(x, pooled + '.0')
    # Means vary less than elements: by this much.
    y.stats.var = y.stats.var + 0.05 * x.stats.var
    y = conv_bn_relu(b, y, pooled, 1, width, 1)
    branches.append(shapes.interpolate(b, y, pooled, target, x.size))
    y = shapes.concat(b, branches, path, size=x.size)
    y = conv_bn_relu(b, y, path + '.project', 0, width, 1)
    y = conv_bn_relu(b, y, 'classifier', 1, width, 3)
    return b.conv(y, 'classifier.4', classes, 1, bias=True)


def dilated(b, spec, image_size, classes):
    x = b.input('input', 3, [image_size] * 2)
    features = backbone(b, x, spec, 'backbone.')[-1]
    enlarge(b, x, features, spec['head'], classes, image_size)


def unet(b, spec, image_size, classes):
    """Each step of the decoder enlarges by a transposed convolution, joins the
    encoder's features of that size and convolves twice."""
    x = b.input('input', 3, [image_size] * 2)
    y = b.conv(x, 'encoder.conv1', 64, 7, 2)
    y = b.relu(b.batch_norm(y, 'encoder.bn1'), 'encoder.relu')
    skips = [y]
    features = stages(b, b.max_pool(y, 'encoder.maxpool'), spec, 'encoder.')
    skips += features[:-1]
    y = features[-1]
    for i, width in enumerate((256, 128, 64, 32, 16)):
        path = 'decoder.blocks.%d' % i
        y = b.conv_transpose(y, path + '.up', width, 2, 2)
        if skips:
            y = shapes.concat(b, [y, skips.pop()], path)
        y = conv_bn_relu(b, y, path + '.conv', 0, width, 3)
        y = conv_bn_relu(b, y, path + '.conv', 3, width, 3)
    y = b.conv(y, 'segmentation_head.0', classes, 3, bias=True)
    b.output(y, 'output', [classes, image_size, image_size])


DENSE = dict(min_opset=13, image_size=256, classes=21)
DILATED = dict(RESNET50, network=dilated, dilations=(1, 1, 2, 4), **DENSE)
MODELS = {
    'fcn_resnet18': dict(RESNET18, network=fcn_skips, size_multiple=32,
                         **DENSE),
    'fcn_resnet50': dict(DILATED, head=fcn_head),
    'deeplabv3_resnet50': dict(DILATED, head=deeplab_head),
    'unet_resnet18': dict(RESNET18, network=unet, size_multiple=32, **DENSE),
}

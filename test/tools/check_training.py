#!/usr/bin/python3
# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Trains networks with PyTorch and with compiled objects, and compares.

    check_training.py DIR [CASE[:OPTIMIZER]...]

The networks are those of check_gradients.py. Both sides start from the same
parameters and take the same batches: after one, loss, outputs and gradients have
to agree, and after five steps parameters, running statistics and what the
network computes then. PyTorch computes in double precision, the object in
single; for two threads it has to compute the same bits. resnetc comes from PATH.
"""

import os

import numpy as np

from check_gradients import STEPS, Comparison, TorchTraining, run, run_cases
from training_object import TrainingObject

GRADIENT_TOLERANCE = 1e-4
STEP_TOLERANCE = 1e-3
# The gradient of a bias before batch normalization is nothing but rounding.
ZERO = 1e-3


def compile_object(directory, model, options):
    """The path of the object of a model."""
    path = os.path.join(directory, 'net.so')
    run('resnetc', model, '-o', path, '--name=net', '--train',
        *('--' + option.replace('gradient-of-input=true', 'gradient-of=input')
          for option in options))
    return path


def check(name, optimizer, directory):
    side = TorchTraining(name, optimizer, directory)
    case, x, target, tx = side.case, side.x, side.target, side.tx
    learned, buffers, settings = side.learned, side.buffers, side.settings
    compiled = compile_object(directory, side.path, side.options)
    objects = [TrainingObject(compiled, 'net', threads) for threads in (1, 2)]
    net = objects[0]
    for each in objects:
        for key, value in settings.items():
            each.tensors['setting'][key][...] = value

    comparison = Comparison('%s %s' % (name, optimizer), ZERO)
    for step in range(STEPS):
        loss, y = side.backward()
        results = [each.accumulate(x, target) for each in objects]
        if step == 0:
            comparison.check('loss', '', results[0][0], loss,
                             GRADIENT_TOLERANCE)
            comparison.check('output', '', results[0][1], y,
                             GRADIENT_TOLERANCE)
            if case.fresh:
                learned, buffers = {}, {}
            for key, gradient in net.tensors['gradient'].items():
                if key in learned:
                    comparison.check('gradient', key, gradient,
                                     learned[key].grad, GRADIENT_TOLERANCE)
            if 'gradient-of-input=true' in case.options:
                comparison.check('gradient', 'x', results[0][-1], tx.grad,
                                 GRADIENT_TOLERANCE)
        side.step()
        for each in objects:
            each.update()
            if any(np.any(g) for g in each.tensors['gradient'].values()):
                comparison.failures.append('gradients are not zero')
    for key, parameter in learned.items():
        comparison.check('parameter', key, net.tensors['parameter'][key],
                         parameter, STEP_TOLERANCE)
    for key, buffer in buffers.items():
        comparison.check('buffer', key, net.tensors['buffer'][key], buffer,
                         STEP_TOLERANCE)
    comparison.check('inference', '', net.evaluate(x)[0], side.model.eval()(tx),
                     STEP_TOLERANCE)
    for kind, tensors in net.tensors.items():
        for key, value in tensors.items():
            if value.tobytes() != objects[1].tensors[kind][key].tobytes():
                comparison.failures.append(
                    '%s %s differs with two threads' % (kind, key))
    return comparison.report()


if __name__ == '__main__':
    run_cases(check, ['mlp:lars', 'mlp:nesterov', 'resnet:adamw',
                      'resnet:lars', 'mlp:adamw', 'frozen:nesterov',
                      'squeeze:adamw'])

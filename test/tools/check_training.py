#!/usr/bin/python3
# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Trains networks with PyTorch and with compiled objects, and compares.

    check_training.py [--bf16] DIR [CASE[:OPTIMIZER]...]

The networks are those of check_gradients.py. Both sides start from the same
parameters and take the same batches: after one, loss, outputs and gradients have
to agree, and after five steps parameters, running statistics and what the
network computes then. PyTorch computes in double precision, the object in
single; for two threads it has to compute the same bits, and so has one that
computes blocks again for the backward pass. With --bf16 the objects keep images as
bf16, whose numbers have 8 bits; that other one rounds elsewhere then. resnetc comes
from PATH.
"""

import functools
import os
import sys

import numpy as np

from check_gradients import STEPS, Comparison, TorchTraining, run, run_cases
from training_object import TrainingObject

# Relative L2 errors of losses and gradients, and of what five steps lead to.
GRADIENT_TOLERANCE = {'f32': 1e-4, 'bf16': 5e-2}
# In bf16, what is computed again is not rounded where the loss saw it rounded.
AGAIN_TOLERANCE = {'f32': 1e-4, 'bf16': 8e-2}
STEP_TOLERANCE = {'f32': 1e-3, 'bf16': 5e-2}
# The gradient of a bias before batch normalization is nothing but rounding.
ZERO = 1e-3


def compile_object(directory, model, options, precision, recompute='none'):
    """The path of the object of a model."""
    path = os.path.join(directory, 'net-%s.so' % recompute)
    run('resnetc', model, '-o', path, '--name=net', '--train',
        '--precision=' + precision, '--recompute=' + recompute,
        *('--' + option.replace('gradient-of-input=true', 'gradient-of=input')
          for option in options))
    return path


def check(name, optimizer, directory, precision='f32'):
    gradient_tolerance = GRADIENT_TOLERANCE[precision]
    step_tolerance = STEP_TOLERANCE[precision]
    side = TorchTraining(name, optimizer, directory)
    case, x, target, tx = side.case, side.x, side.target, side.tx
    learned, buffers, settings = side.learned, side.buffers, side.settings
    compiled = [compile_object(directory, side.path, side.options, precision,
                               recompute) for recompute in ('none', 'blocks')]
    net = TrainingObject(compiled[0], 'net', 1)
    again = TrainingObject(compiled[1], 'net', 1)
    same = {'two threads': TrainingObject(compiled[0], 'net', 2)}
    objects = [net, *same.values(), again]
    # What is not stored in between is not rounded to bf16 either.
    if precision == 'f32':
        same['blocks computed again'] = again
    for each in objects:
        for key, value in settings.items():
            each.tensors['setting'][key][...] = value

    comparison = Comparison('%s %s' % (name, optimizer), ZERO)
    for step in range(STEPS):
        loss, y = side.backward()
        results = [each.accumulate(x, target) for each in objects]
        if step == 0:
            comparison.check('loss', '', results[0][0], loss,
                             gradient_tolerance)
            comparison.check('output', '', results[0][1], y,
                             gradient_tolerance)
            if case.fresh:
                learned, buffers = {}, {}
            for key, gradient in net.tensors['gradient'].items():
                if key in learned:
                    comparison.check('gradient', key, gradient,
                                     learned[key].grad, gradient_tolerance)
                    comparison.check('again', key, again.tensors['gradient'][key],
                                     learned[key].grad, AGAIN_TOLERANCE[precision])
            if 'gradient-of-input=true' in case.options:
                comparison.check('gradient', 'x', results[0][-1], tx.grad,
                                 gradient_tolerance)
        side.step()
        for each in objects:
            each.update()
            if any(np.any(g) for g in each.tensors['gradient'].values()):
                comparison.failures.append('gradients are not zero')
    for key, parameter in learned.items():
        comparison.check('parameter', key, net.tensors['parameter'][key],
                         parameter, step_tolerance)
    for key, buffer in buffers.items():
        comparison.check('buffer', key, net.tensors['buffer'][key], buffer,
                         step_tolerance)
    comparison.check('inference', '', net.evaluate(x)[0], side.model.eval()(tx),
                     step_tolerance)
    for kind, tensors in net.tensors.items():
        for key, value in tensors.items():
            for difference, other in same.items():
                if value.tobytes() != other.tensors[kind][key].tobytes():
                    comparison.failures.append(
                        '%s %s differs with %s' % (kind, key, difference))
    return comparison.report()


if __name__ == '__main__':
    if '--bf16' in sys.argv:
        sys.argv.remove('--bf16')
        check = functools.partial(check, precision='bf16')
    run_cases(check, ['mlp:lars', 'mlp:nesterov', 'resnet:adamw',
                      'resnet:lars', 'mlp:adamw', 'frozen:nesterov',
                      'squeeze:adamw'])

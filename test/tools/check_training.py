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
import sys

import numpy as np
import torch
from torch import nn

from check_gradients import (BATCH, CASES, OPTIMIZERS, STEPS, Comparison, decays,
                             export, run)
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
    case = CASES[name]
    make, options, settings, limit = OPTIMIZERS[optimizer]
    os.makedirs(directory, exist_ok=True)
    torch.manual_seed(1)
    rng = np.random.default_rng(1)
    model = case.make()
    for module in model.modules():
        if not case.fresh and isinstance(
                module, nn.modules.batchnorm._BatchNorm):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.normal_(module.bias)
            nn.init.normal_(module.running_mean)
            nn.init.uniform_(module.running_var, 0.5, 1.5)
    x = rng.standard_normal((BATCH,) + case.shape, np.float32)
    target = case.target(rng)
    path = os.path.join(directory, 'model.onnx')
    export(model, torch.from_numpy(x), path)
    compiled = compile_object(directory, path, options + list(case.options))
    objects = [TrainingObject(compiled, 'net', threads) for threads in (1, 2)]
    net = objects[0]

    model.double().train(not case.frozen)
    learned = {key: parameter for key, parameter in model.named_parameters()
               if not case.frozen or key.startswith(case.frozen)}
    buffers = {key: buffer for key, buffer in model.named_buffers()
               if not case.frozen and buffer.is_floating_point()}
    groups = [{'params': [p for key, p in learned.items()
                          if decays(key, p, model) == decay],
               'weight_decay': settings['weight_decay'] if decay else 0}
              for decay in (True, False)]
    torch_optimizer = make(groups)
    tx = torch.from_numpy(x).double().requires_grad_()
    tt = torch.from_numpy(target)
    tt = tt.double() if tt.is_floating_point() else tt
    for each in objects:
        for key, value in settings.items():
            each.tensors['setting'][key][...] = value

    comparison = Comparison('%s %s' % (name, optimizer), ZERO)
    for step in range(STEPS):
        torch_optimizer.zero_grad()
        y = model(tx)
        loss = case.loss(y, tt)
        loss.backward()
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
        if limit:
            nn.utils.clip_grad_norm_(
                [p for group in groups for p in group['params']], limit)
        torch_optimizer.step()
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
    comparison.check('inference', '', net.evaluate(x)[0], model.eval()(tx),
                     STEP_TOLERANCE)
    for kind, tensors in net.tensors.items():
        for key, value in tensors.items():
            if value.tobytes() != objects[1].tensors[kind][key].tobytes():
                comparison.failures.append(
                    '%s %s differs with two threads' % (kind, key))
    return comparison.report()


def main():
    directory, *names = sys.argv[1:]
    if not names:
        names = list(CASES) + ['mlp:lars', 'mlp:nesterov', 'resnet:adamw',
                               'resnet:lars', 'mlp:adamw',
                               'frozen:nesterov', 'squeeze:adamw']
    good = True
    for name in names:
        name, _, optimizer = name.partition(':')
        optimizer = optimizer or 'sgd'
        work = os.path.join(directory, '%s_%s' % (name, optimizer))
        try:
            good &= check(name, optimizer, work)
        except RuntimeError as error:
            print('FAILED %s %s: %s' % (name, optimizer, error))
            good = False
        sys.stdout.flush()
    sys.exit(not good)


if __name__ == '__main__':
    main()

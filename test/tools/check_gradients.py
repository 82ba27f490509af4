#!/usr/bin/python3
# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Trains small networks with PyTorch and with the functions that
resnet-generate-backward makes of them, and compares.

    check_gradients.py DIR [CASE[:OPTIMIZER]...]

A network goes from PyTorch through ONNX; the reference evaluator runs the
functions. Of a batch, the loss, the outputs and all gradients have to agree,
and after five steps of an optimizer the parameters, the running statistics and
what the network computes then. Both sides compute in double precision from the
same numbers of single precision, so that differences are those of constants
that were rounded. resnet-import, resnet-opt and resnet-evaluate come from PATH.
"""

import os
import subprocess
import sys

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

import philox

GRADIENT_TOLERANCE = 1e-5
STEP_TOLERANCE = 1e-4
STEPS = 5
BATCH = 4


def run(*command):
    result = subprocess.run(command, stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            universal_newlines=True, check=False)
    if result.returncode:
        raise RuntimeError('%s exited with %d:\n%s' % (
            ' '.join(command), result.returncode, result.stderr[:2000]))
    return result.stdout


# -----------------------------------------------------------------------------
# Networks
# -----------------------------------------------------------------------------


class Residual(nn.Module):
    """A basic block with a projection shortcut."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.shortcut = nn.Sequential(
            nn.Conv2d(inputs, outputs, 1, stride, bias=False),
            nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(y)) + self.shortcut(x))


def small_resnet():
    return nn.Sequential(
        nn.Conv2d(3, 4, 3, 2, 1, bias=False), nn.BatchNorm2d(4), nn.ReLU(),
        nn.MaxPool2d(3, 2, 1), Residual(4, 6, 2), nn.AdaptiveAvgPool2d(1),
        nn.Flatten(), nn.Linear(6, 5))


class UNet(nn.Module):
    """With one level; `up` makes images twice as large."""

    def __init__(self, up):
        super().__init__()
        self.down = nn.Conv2d(3, 4, 3, padding=1)
        self.norm = nn.BatchNorm2d(4)
        self.middle = nn.Conv2d(4, 6, 3, padding=1)
        self.up = up
        self.last = nn.Conv2d(10, 3, 3, padding=1)

    def forward(self, x):
        skip = F.relu(self.norm(self.down(x)))
        y = F.relu(self.middle(F.max_pool2d(skip, 2)))
        return self.last(torch.cat([self.up(y), skip], 1))


class SqueezeExcite(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(4, 8, 3, groups=2, padding=1, dilation=1)
        self.depthwise = nn.Conv2d(8, 8, 3, 2, 2, dilation=2, groups=8)
        self.squeeze = nn.Conv2d(8, 2, 1)
        self.excite = nn.Conv2d(2, 8, 1)
        self.fc = nn.Linear(8, 5)

    def forward(self, x):
        y = F.hardswish(self.depthwise(F.silu(self.conv(x))))
        scale = F.adaptive_avg_pool2d(y, 1)
        scale = torch.sigmoid(self.excite(F.relu(self.squeeze(scale))))
        return self.fc((y * scale).mean((2, 3)))


def signals():
    return nn.Sequential(
        nn.Conv1d(3, 4, 5, 2, 2), nn.BatchNorm1d(4), nn.PReLU(4),
        nn.AvgPool1d(2), nn.Conv1d(4, 5, 3, padding=1), nn.LeakyReLU(0.1),
        nn.MaxPool1d(2), nn.Flatten(), nn.Linear(20, 5))


def volumes():
    return nn.Sequential(
        nn.Conv3d(2, 3, 3, padding=1), nn.BatchNorm3d(3), nn.ReLU(),
        nn.MaxPool3d(2), nn.Conv3d(3, 4, 2), nn.Flatten(), nn.Linear(4, 5))


def autoencoder():
    return nn.Sequential(
        nn.Conv2d(2, 4, 3, 2, 1), nn.ELU(),
        nn.ConvTranspose2d(4, 2, 3, 2, 1, output_padding=1), nn.Sigmoid())


class Tokens(nn.Module):
    """Matrix products on three dimensions, with layer normalization."""

    def __init__(self):
        super().__init__()
        self.embed = nn.Linear(6, 8)
        self.norm = nn.LayerNorm(8)
        self.mix = nn.Linear(8, 8, bias=False)
        self.head = nn.Linear(8, 5)

    def forward(self, x):
        y = F.gelu(self.embed(x))
        y = y + self.mix(self.norm(y))
        return self.head(y.mean(1))


class DropoutNode(torch.autograd.Function):
    """Nothing but a node of the exported model: PyTorch's exporter leaves out what
    drops nothing when it is evaluated."""

    @staticmethod
    def forward(ctx, x, ratio):
        return x

    @staticmethod
    def symbolic(g, x, ratio):
        value = g.op('Constant', value_t=torch.tensor(ratio))
        return g.op('Dropout', x, value).setType(x.type())


class Dropout(nn.Module):
    """Drops what resnet.dropout drops by the seed 0."""

    def __init__(self, ratio, stream):
        super().__init__()
        self.ratio, self.stream, self.batch = ratio, stream, 0

    def forward(self, x):
        if not self.training:
            return DropoutNode.apply(x, self.ratio)
        kept = philox.keeps(x.shape, self.ratio, 0, self.batch, self.stream)
        self.batch += 1
        return x * torch.from_numpy(kept) / (1 - float(np.float32(self.ratio)))


def dropouts():
    return nn.Sequential(
        nn.Conv2d(3, 6, 3, padding=1, bias=False), nn.BatchNorm2d(6), nn.ReLU(),
        Dropout(0.3, 0), nn.Conv2d(6, 8, 3, 2), nn.Tanh(), nn.Flatten(),
        Dropout(0.5, 1), nn.Linear(72, 5))


def labels(count, shape=()):
    return lambda rng: rng.integers(0, count, (BATCH,) + shape)


def targets(shape):
    return lambda rng: rng.random((BATCH,) + shape, np.float32)


CLASSES = labels(5)
PIXELS = labels(3, (8, 8))
WEIGHTS = [0.5, 2.0, 1.25]


def weighted(y, t):
    return F.cross_entropy(y, t, torch.tensor(WEIGHTS, dtype=torch.float64),
                           ignore_index=1, label_smoothing=0.1)


class Case:
    def __init__(self, make, shape, target, options=(), loss=F.cross_entropy,
                 frozen=(), fresh=False):
        self.make, self.shape, self.target = make, shape, target
        self.options, self.loss, self.frozen = options, loss, frozen
        # Left as constructed, so that ones and zeros are merged by the
        # exporter and lose their names.
        self.fresh = fresh


CASES = {
    'mlp': Case(lambda: nn.Sequential(nn.Linear(6, 8), nn.Tanh(),
                                      nn.Linear(8, 5)), (6,), CLASSES),
    'softmax': Case(lambda: nn.Sequential(nn.Linear(6, 8), nn.ReLU(),
                                          nn.Linear(8, 5), nn.Softmax(1)),
                    (6,), CLASSES,
                    loss=lambda y, t: F.nll_loss(torch.log(y), t)),
    'smoothing': Case(lambda: nn.Sequential(nn.Linear(6, 5)), (6,), CLASSES,
                      ['label-smoothing=0.1'],
                      lambda y, t: F.cross_entropy(y, t, label_smoothing=0.1)),
    'tokens': Case(Tokens, (3, 6), CLASSES),
    'resnet': Case(small_resnet, (3, 16, 16), CLASSES,
                   ['gradient-of-input=true']),
    'frozen': Case(small_resnet, (3, 16, 16), CLASSES,
                   ['trainable=7.*,4.conv2.*'], frozen=('7.', '4.conv2.')),
    'fresh': Case(small_resnet, (3, 16, 16), CLASSES, fresh=True),
    'dropout': Case(dropouts, (3, 8, 8), CLASSES),
    'unet': Case(lambda: UNet(nn.ConvTranspose2d(6, 6, 2, 2)), (3, 8, 8),
                 PIXELS, ['label-smoothing=0.1', 'ignore-index=1',
                          'class-weights=0.5,2,1.25'], weighted),
    'unet_nearest': Case(lambda: UNet(nn.Upsample(scale_factor=2)), (3, 8, 8),
                         PIXELS, ['ignore-index=2'],
                         lambda y, t: F.cross_entropy(y, t, ignore_index=2)),
    'unet_bilinear': Case(
        lambda: UNet(nn.Upsample(scale_factor=2, mode='bilinear')), (3, 8, 8),
        PIXELS),
    'squeeze': Case(SqueezeExcite, (4, 9, 9), CLASSES),
    'signals': Case(signals, (3, 32), CLASSES),
    'volumes': Case(volumes, (2, 4, 4, 4), CLASSES),
    'autoencoder': Case(autoencoder, (2, 6, 6), targets((2, 6, 6)),
                        ['loss=binary-cross-entropy'],
                        F.binary_cross_entropy),
    'squares': Case(autoencoder, (2, 6, 6), targets((2, 6, 6)), ['loss=mse'],
                    F.mse_loss),
}

# -----------------------------------------------------------------------------
# Optimizers
# -----------------------------------------------------------------------------


class LARS(torch.optim.Optimizer):
    """Algorithm 1 of https://arxiv.org/abs/1708.03888."""

    def __init__(self, groups, **defaults):
        super().__init__(groups, defaults)

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for w in group['params']:
                decay, rate = group['weight_decay'], group['lr']
                if decay:
                    norm = w.norm()
                    rate *= group['trust'] * norm / (w.grad.norm() +
                                                     decay * norm)
                v = self.state[w].setdefault('v', torch.zeros_like(w))
                v.mul_(group['momentum']).add_(rate * (w.grad + decay * w))
                w.sub_(v)


# What makes it, the options of the pass, and the settings. The norm that
# gradients are limited to is small enough for it to happen.
OPTIMIZERS = {
    'sgd': (lambda groups: torch.optim.SGD(groups, 0.05, 0.8),
            ['optimizer=sgd'],
            {'learning_rate': 0.05, 'momentum': 0.8, 'weight_decay': 0.02},
            None),
    'nesterov': (lambda groups: torch.optim.SGD(groups, 0.05, 0.8,
                                                nesterov=True),
                 ['optimizer=sgd', 'nesterov=true'],
                 {'learning_rate': 0.05, 'momentum': 0.8,
                  'weight_decay': 0.02, 'clip_norm': 0.125}, 0.125),
    'adamw': (lambda groups: torch.optim.AdamW(groups, 0.01),
              ['optimizer=adamw'],
              {'learning_rate': 0.01, 'weight_decay': 0.02}, None),
    'lars': (lambda groups: LARS(groups, lr=2.0, momentum=0.8, trust=0.01),
             ['optimizer=lars'],
             {'learning_rate': 2.0, 'momentum': 0.8, 'weight_decay': 0.02,
              'trust_coefficient': 0.01}, None),
}


def decays(name, parameter, model):
    """Whether weight decay is for a parameter: matrices only."""
    module = model.get_submodule(name.rpartition('.')[0])
    return parameter.ndim > 1 and not isinstance(module, nn.PReLU)


# -----------------------------------------------------------------------------
# Both sides
# -----------------------------------------------------------------------------


class Functions:
    """What the pass makes of a model, run by the evaluator."""

    def __init__(self, directory, model, options):
        self.directory = directory
        imported = os.path.join(directory, 'model.mlir')
        self.path = os.path.join(directory, 'training.mlir')
        with open(imported, 'w') as file:
            file.write(run('resnet-import', model, '--train', '--weights',
                           '--mlir-print-debuginfo'))
        run('resnet-opt', imported, '-o', self.path, '--resnet-infer-shapes',
            '--resnet-generate-backward=' + ' '.join(options),
            '--canonicalize', '--cse')

    def __call__(self, suffix, values):
        """All results of the function, by role and name."""
        work = os.path.join(self.directory, 'net' + suffix)
        os.makedirs(work, exist_ok=True)
        for name in os.listdir(work):
            os.remove(os.path.join(work, name))
        command = ['resnet-evaluate', self.path, '--function=model' + suffix,
                   '--output-dir=' + work]
        for i, (name, value) in enumerate(values.items()):
            path = os.path.join(self.directory, '%d.npy' % i)
            np.save(path, value)
            command.append('--input=%s=%s' % (name, path))
        run(*command)
        return {name[:-len('.npy')]: np.load(os.path.join(work, name))
                for name in os.listdir(work)}


def export(model, example, path):
    """In the form for inference, but with nothing folded: so names stay."""
    torch.onnx.export(
        model.eval(), example, path, opset_version=13,
        training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False,
        input_names=['x'], output_names=['y'],
        dynamic_axes={'x': {0: 'batch'}, 'y': {0: 'batch'}})


class Comparison:
    def __init__(self, label, zero=1e-6):
        """What is small beside `zero` is nothing but rounding: the gradient of
        a bias before batch normalization."""
        self.label, self.worst, self.failures = label, {}, []
        self.zero = zero

    def check(self, kind, name, got, want, tolerance):
        want = want.detach().numpy()
        if got.shape != want.shape:
            self.failures.append('%s %s has shape %s, not %s' % (
                kind, name, got.shape, want.shape))
            return
        error = (np.linalg.norm(got - want) /
                 max(np.linalg.norm(want), self.zero))
        self.worst[kind] = max(self.worst.get(kind, 0), error)
        if not error <= tolerance:
            self.failures.append('%s %s differs by %.1e' % (kind, name, error))

    def report(self):
        print('%s %s: %s' % (
            'FAILED' if self.failures else 'ok', self.label,
            ', '.join('%s %.0e' % item for item in self.worst.items())))
        for failure in self.failures:
            print('  ' + failure)
        return not self.failures


class TorchTraining:
    """PyTorch's side: a case in double precision, exported to `path`, with the
    `options` of what is compared with it."""

    def __init__(self, name, optimizer, directory):
        self.case = case = CASES[name]
        make, options, self.settings, self.limit = OPTIMIZERS[optimizer]
        self.options = options + list(case.options)
        os.makedirs(directory, exist_ok=True)
        torch.manual_seed(1)
        rng = np.random.default_rng(1)
        self.model = model = case.make()
        for module in model.modules():
            if not case.fresh and isinstance(
                    module, nn.modules.batchnorm._BatchNorm):
                nn.init.uniform_(module.weight, 0.5, 1.5)
                nn.init.normal_(module.bias)
                nn.init.normal_(module.running_mean)
                nn.init.uniform_(module.running_var, 0.5, 1.5)
        self.x = rng.standard_normal((BATCH,) + case.shape, np.float32)
        self.target = case.target(rng)
        self.path = os.path.join(directory, 'model.onnx')
        export(model, torch.from_numpy(self.x), self.path)

        model.double().train(not case.frozen)
        self.learned = {
            key: parameter for key, parameter in model.named_parameters()
            if not case.frozen or key.startswith(case.frozen)}
        self.buffers = {
            key: buffer for key, buffer in model.named_buffers()
            if not case.frozen and buffer.is_floating_point()}
        self.groups = [
            {'params': [p for key, p in self.learned.items()
                        if decays(key, p, model) == decay],
             'weight_decay': self.settings['weight_decay'] if decay else 0}
            for decay in (True, False)]
        self.optimizer = make(self.groups)
        self.tx = torch.from_numpy(self.x).double().requires_grad_()
        self.tt = torch.from_numpy(self.target)
        if self.tt.is_floating_point():
            self.tt = self.tt.double()

    def backward(self):
        """The loss and the output; leaves the gradients."""
        self.optimizer.zero_grad()
        y = self.model(self.tx)
        loss = self.case.loss(y, self.tt)
        loss.backward()
        return loss, y

    def step(self):
        """Changes the parameters by the gradients."""
        if self.limit:
            nn.utils.clip_grad_norm_(
                [p for group in self.groups for p in group['params']],
                self.limit)
        self.optimizer.step()


def check(name, optimizer, directory):
    side = TorchTraining(name, optimizer, directory)
    case, x, target, tx = side.case, side.x, side.target, side.tx
    learned, buffers, settings = side.learned, side.buffers, side.settings
    functions = Functions(directory, side.path, side.options)

    data = {'x': x,
            'label' if target.dtype.kind == 'i' else 'target': target}
    if name == 'dropout':
        data['example.example'] = np.arange(BATCH)
    settings = {'setting.' + key: np.float32(value)
                for key, value in settings.items()}
    # What is not given is what the functions say that it is at first.
    values, states = {}, {}
    comparison = Comparison('%s %s' % (name, optimizer))
    for step in range(STEPS):
        loss, y = side.backward()
        results = functions('_backward', {**data, **values})
        gradients = {key: value for key, value in results.items()
                     if key.startswith('gradient.')}
        values.update((key, value) for key, value in results.items()
                      if key.startswith(('buffer.', 'random.')))
        if step == 0:
            comparison.check('loss', '', results['loss'], loss,
                             GRADIENT_TOLERANCE)
            comparison.check('output', '', results['y'], y, GRADIENT_TOLERANCE)
            if case.fresh:
                learned, buffers = {}, {}
            for key, parameter in learned.items():
                if 'gradient.' + key in gradients:
                    comparison.check('gradient', key,
                                     gradients['gradient.' + key],
                                     parameter.grad, GRADIENT_TOLERANCE)
            if 'gradient-of-input=true' in case.options:
                comparison.check('gradient', 'x', results['x.gradient'],
                                 tx.grad, GRADIENT_TOLERANCE)
            if not case.fresh and set(gradients) != {'gradient.' + key for key in learned}:
                comparison.failures.append('other gradients: %s' % set(
                    gradients).symmetric_difference(
                        'gradient.' + key for key in learned))
                return comparison.report()
        side.step()
        parameters = {key: value for key, value in values.items()
                      if key.startswith('parameter.')}
        results = functions('_update', {**parameters, **gradients, **states,
                                        **settings})
        for key, value in results.items():
            if key.startswith('parameter.'):
                values[key] = value
            elif key.startswith('state.'):
                states[key] = value
            elif np.any(value):
                comparison.failures.append('%s is not zero' % key)
    for key, parameter in learned.items():
        comparison.check('parameter', key, values['parameter.' + key],
                         parameter, STEP_TOLERANCE)
    for key, buffer in buffers.items():
        comparison.check('buffer', key, values['buffer.' + key], buffer,
                         STEP_TOLERANCE)
    values.pop('random.random', None)
    results = functions('', {'x': x, **values})
    comparison.check('inference', '', results['y'], side.model.eval()(tx),
                     STEP_TOLERANCE)
    return comparison.report()


def run_cases(check, more):
    """Checks the cases of the command line: by default all, and `more`."""
    directory, *names = sys.argv[1:]
    good = True
    for name in names or list(CASES) + more:
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
    run_cases(check, ['mlp:lars', 'mlp:nesterov', 'resnet:adamw',
                      'resnet:lars', 'unet:adamw', 'frozen:nesterov',
                      'signals:adamw'])

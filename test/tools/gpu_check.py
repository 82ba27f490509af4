#!/usr/bin/env python3
# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks and measures objects for NVIDIA GPUs, here or on another machine.

    gpu_check.py pack DIR    compiles networks and what a CPU computes of them
    DIR/gpu_check.py run     compares, and measures beside PyTorch if it is there

DIR stands alone: it can be carried to a machine that has a GPU and Python with
NumPy, but no resnetc.
"""

import argparse
import ctypes
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np

# Model of the zoo, size of images, architecture, precision, relative L2 error.
CASES = [
    ('cifar_resnet20a', None, 'sm_80', 'f32', 1e-5),
    ('cifar_resnet20a', None, 'sm_80', 'f16', 2e-3),
    ('cifar_resnet20a', None, 'sm_90a', 'f16', 2e-3),
    ('cifar_resnet20a', None, 'sm_90a', 'bf16', 1e-2),
    ('resnet18', 96, 'sm_80', 'f32', 1e-5),
    ('resnet18', 96, 'sm_80', 'f16', 2e-3),
    ('resnet18', 96, 'sm_90a', 'f16', 2e-3),
    ('resnet18', 96, 'sm_90a', 'bf16', 1e-2),
    ('resnext50_32x4d', 64, 'sm_90a', 'f16', 2e-3),
    ('resnext50_32x4d', 64, 'sm_80', 'f16', 2e-3),
    ('unet_resnet18', 64, 'sm_90a', 'f16', 2e-3),
    ('cbam_resnet18', 64, 'sm_90a', 'f16', 2e-3),
    ('ssd_resnet18', 96, 'sm_90a', 'f16', 2e-3),
    ('ecg_resnet1d_18', None, 'sm_90a', 'f16', 2e-3),
    ('ecg_resnet1d_18', None, 'sm_80', 'f32', 1e-5),
    ('r3d_18', None, 'sm_90a', 'f16', 2e-3),
]
# What is measured: model, architecture, precision, batch.
MEASURED = [('resnet50', 'sm_90a', 'f16', 1), ('resnet50', 'sm_90a', 'f16', 32),
            ('resnet50', 'sm_90a', 'f16', 256),
            ('resnet50', 'sm_90a', 'bf16', 256)]


# ---------------------------------------------------------------------------
# Where there is a compiler
# ---------------------------------------------------------------------------

def coarsen(path, levels):
    """Gives large weights few values, so that objects of them compress."""
    import onnx
    from onnx import numpy_helper
    model = onnx.load(path)
    for tensor in model.graph.initializer:
        if tensor.data_type != onnx.TensorProto.FLOAT:
            continue
        values = numpy_helper.to_array(tensor)
        if values.size < 10000:
            continue
        step = 2 * values.std() / levels
        coarse = np.clip(np.round(values / step), -levels, levels) * step
        tensor.CopyFrom(numpy_helper.from_array(
            (coarse * values.std() / coarse.std()).astype(np.float32),
            tensor.name))
    onnx.save(model, path)


def compile_object(model, out, arguments):
    subprocess.run(['resnetc', model, '-o', out, '--name=net'] + arguments,
                   check=True)


def write_model(name, size, folder, levels):
    path = os.path.join(folder, f'{name}.onnx')
    if not os.path.exists(path):
        arguments = ['--batch', 'dynamic']
        if size:
            arguments += ['--image-size', str(size)]
        subprocess.run([sys.executable, '-m', 'resnetc.zoo', name, path]
                       + arguments, check=True)
        coarsen(path, levels)
    return path


def pack(folder, only):
    os.makedirs(folder, exist_ok=True)
    shutil.copy(os.path.abspath(__file__), folder)
    cases, measured = [], []
    with tempfile.TemporaryDirectory() as work:
        for name, size, chip, precision, tolerance in CASES:
            if only and name not in only:
                continue
            model = write_model(name, size, work, 1)
            reference = os.path.join(work, f'{name}.so')
            if not os.path.exists(reference):
                compile_object(model, reference, ['--exact'])
            out = f'{name}_{chip}_{precision}.so'
            compile_object(model, os.path.join(folder, out),
                           [f'--gpu={chip}', f'--precision={precision}'])
            expected = f'{name}.npz'
            if not os.path.exists(os.path.join(folder, expected)):
                net = Network(reference)
                inputs = net.make_inputs(3)
                outputs = net.run(inputs, 3, None)
                np.savez(os.path.join(folder, expected), *outputs)
            cases.append({'object': out, 'expected': expected,
                          'tolerance': tolerance})
            print(f'{out}: {os.path.getsize(os.path.join(folder, out)) >> 10} '
                  'KB', flush=True)
        for name, chip, precision, batch in MEASURED:
            if only and name not in only:
                continue
            model = write_model(name, None, work, 3)
            out = f'{name}_{chip}_{precision}_batch{batch}.so'
            compile_object(model, os.path.join(folder, out),
                           [f'--gpu={chip}', f'--precision={precision}',
                            f'--batch={batch}'])
            measured.append({'object': out, 'model': name,
                             'precision': precision, 'batch': batch})
    for name in os.listdir(folder):
        if name.endswith('.h'):
            os.remove(os.path.join(folder, name))
    with open(os.path.join(folder, 'cases.json'), 'w') as file:
        json.dump({'cases': cases, 'measured': measured}, file, indent=1)


# ---------------------------------------------------------------------------
# Objects
# ---------------------------------------------------------------------------

class TensorInfo(ctypes.Structure):
    _fields_ = [('name', ctypes.c_char_p), ('element_type', ctypes.c_int32),
                ('rank', ctypes.c_int32), ('dims', ctypes.c_int64 * 8)]


class Workspace(ctypes.Structure):
    _fields_ = [('data', ctypes.c_void_p), ('size', ctypes.c_size_t)]


PROFILE = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int,
                           ctypes.c_char_p, ctypes.c_char_p, ctypes.c_int64,
                           ctypes.c_int64)


class Context(ctypes.Structure):
    _fields_ = [('pool', ctypes.c_void_p), ('parallel_for', ctypes.c_void_p),
                ('parallel_for_user', ctypes.c_void_p),
                ('parallel_for_threads', ctypes.c_int),
                ('profile', PROFILE), ('profile_user', ctypes.c_void_p),
                ('communicator', ctypes.c_void_p), ('gpu', ctypes.c_void_p),
                ('io_memory', ctypes.c_int32), ('gpu_stream', ctypes.c_void_p)]


TYPES = {1: np.float32, 2: np.uint8, 3: np.int8, 6: np.int32, 7: np.int64,
         9: np.bool_, 10: np.float16, 11: np.float64}


class Network:
    """A shared object of the model called net."""

    def __init__(self, path):
        self.symbols = ctypes.CDLL(os.path.abspath(path))
        self.symbols.net_error_string.restype = ctypes.c_char_p
        self.symbols.net_workspace_size.restype = ctypes.c_size_t
        self.symbols.resnetc_gpu_message.restype = ctypes.c_char_p
        self.symbols.resnetc_gpu_message.argtypes = [ctypes.c_void_p]
        self.symbols.resnetc_gpu_close.argtypes = [ctypes.c_void_p]
        self.symbols.net_run.argtypes = [
            ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64, Workspace,
            ctypes.c_void_p]
        self.gpu = ctypes.c_void_p()

    def open(self):
        status = self.symbols.resnetc_gpu_open(0, ctypes.byref(self.gpu))
        if status:
            raise RuntimeError(self.symbols.net_error_string(status).decode())

    def close(self):
        self.symbols.resnetc_gpu_close(self.gpu)

    def tensors(self, kind):
        count = ctypes.c_int32.in_dll(self.symbols, f'net_{kind}_count').value
        infos = (TensorInfo * count).in_dll(self.symbols, f'net_{kind}s')
        return list(infos)

    def shapes(self, kind, batch):
        return [([batch if d < 0 else d for d in info.dims[:info.rank]],
                 TYPES[info.element_type]) for info in self.tensors(kind)]

    def make_inputs(self, batch, seed=1):
        random = np.random.default_rng(seed)
        return [random.standard_normal(shape).astype(kind)
                for shape, kind in self.shapes('input', batch)]

    def call(self, inputs, outputs, batch, context):
        """With addresses."""
        size = self.symbols.net_workspace_size(ctypes.c_int64(batch))
        memory = np.empty(size + 64, np.uint8)
        aligned = (memory.ctypes.data + 63) // 64 * 64
        ins = (ctypes.c_void_p * len(inputs))(*inputs)
        outs = (ctypes.c_void_p * len(outputs))(*outputs)
        status = self.symbols.net_run(
            ins, outs, batch, Workspace(aligned, size),
            ctypes.byref(context) if context else None)
        if status:
            message = self.symbols.net_error_string(status).decode()
            if self.gpu:
                message += ': ' + self.symbols.resnetc_gpu_message(
                    self.gpu).decode()
            raise RuntimeError(message)

    def run(self, inputs, batch, context):
        outputs = []
        for shape, kind in self.shapes('output', batch):
            output = np.zeros(shape, kind)
            if np.issubdtype(kind, np.floating):
                output.fill(np.nan)
            outputs.append(output)
        self.call([x.ctypes.data for x in inputs],
                  [y.ctypes.data for y in outputs], batch, context)
        return outputs


def relative_error(values, expected):
    """L2, of the expected. Of integers, a fifth of the part that is another:
    where two scores are as near as they are rounded, another class has the
    greatest one."""
    if np.issubdtype(expected.dtype, np.integer):
        return np.mean(values != expected) / 5
    values, expected = values.astype(np.float64), expected.astype(np.float64)
    norm = np.linalg.norm(expected)
    error = np.linalg.norm(values - expected) / (norm if norm else 1)
    return error if np.isfinite(error) else np.inf


# ---------------------------------------------------------------------------
# Where there is a GPU
# ---------------------------------------------------------------------------

def check(folder, case):
    """The largest relative error, of a batch, of its images one by one, and of
    the batch again, for which memory is laid out anew."""
    net = Network(os.path.join(folder, case['object']))
    net.open()
    context = Context(gpu=net.gpu)
    with np.load(os.path.join(folder, case['expected'])) as file:
        expected = [file[name] for name in file.files]
    inputs = net.make_inputs(3)
    worst = 0
    for repeat in range(2):
        for y, e in zip(net.run(inputs, 3, context), expected):
            worst = max(worst, relative_error(y, e))
        single = net.run([x[1:2].copy() for x in inputs], 1, context)
        for y, e in zip(single, expected):
            if e.shape[0] == 3:
                worst = max(worst, relative_error(y, e[1:2]))
    net.close()
    return worst


def check_all(folder, cases):
    failed = 0
    for case in cases:
        try:
            error = check(folder, case)
        except (RuntimeError, OSError) as problem:
            print(f'{case["object"]:44s} FAILED: {problem}', flush=True)
            failed += 1
            continue
        good = error <= case['tolerance']
        failed += not good
        print(f'{case["object"]:44s} {error:.1e} of {case["tolerance"]:.0e} '
              f'{"ok" if good else "WRONG"}', flush=True)
    return failed


def profile(folder, entry, batch):
    """Milliseconds of each kernel, the longest first."""
    import torch
    net = Network(os.path.join(folder, entry['object']))
    net.open()
    times = {}

    @PROFILE
    def note(_, step, layer, kernel, nanoseconds, macs):
        key = (step, layer.decode(), kernel.decode(), macs)
        times.setdefault(key, []).append(nanoseconds * 1e-6)

    context = Context(gpu=net.gpu, io_memory=1)
    inputs = [torch.tensor(x).cuda() for x in net.make_inputs(batch)]
    outputs = [torch.zeros(shape, device='cuda')
               for shape, _ in net.shapes('output', batch)]
    pointers = ([x.data_ptr() for x in inputs], [y.data_ptr() for y in outputs])
    net.call(*pointers, batch, context)
    context.profile = note
    for _ in range(5):
        net.call(*pointers, batch, context)
    rows = [(statistics.median(values), key) for key, values in times.items()]
    total = sum(time for time, _ in rows)
    print(f'{entry["object"]}, batch {batch}: {total:.2f} ms by steps')
    for time_, (step, layer, kernel, macs) in sorted(rows, reverse=True)[:30]:
        print(f'  {time_:7.3f} ms {2e-9 * macs / time_:7.1f} Tflop/s '
              f'{step:3d} {kernel} {layer}')
    net.close()


def measure_network(folder, entry, batch, seconds):
    """Milliseconds of a run whose inputs and outputs are on the GPU."""
    import torch
    net = Network(os.path.join(folder, entry['object']))
    net.open()
    stream = torch.cuda.Stream()
    context = Context(gpu=net.gpu, io_memory=1, gpu_stream=stream.cuda_stream)
    inputs = [torch.tensor(x).cuda() for x in net.make_inputs(batch)]
    outputs = [torch.zeros(shape, device='cuda')
               for shape, _ in net.shapes('output', batch)]
    pointers = ([x.data_ptr() for x in inputs], [y.data_ptr() for y in outputs])
    torch.cuda.synchronize()

    def step():
        net.call(*pointers, batch, context)

    time_ = measure(step, stream, seconds)
    net.close()
    return time_


def measure(step, stream, seconds):
    import torch
    for _ in range(3):
        step()
    stream.synchronize()
    times = []
    end = time.time() + seconds
    while time.time() < end or len(times) < 5:
        begin, done = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        begin.record(stream)
        for _ in range(10):
            step()
        done.record(stream)
        done.synchronize()
        times.append(begin.elapsed_time(done) / 10)
    return statistics.median(times)


def measure_pytorch(name, precision, batch, compiled, seconds):
    import torch
    import torchvision
    kind = {'f16': torch.float16, 'bf16': torch.bfloat16,
            'f32': torch.float32}[precision]
    model = getattr(torchvision.models, name)().cuda().eval().to(kind)
    model = model.to(memory_format=torch.channels_last)
    if compiled:
        model = torch.compile(model, mode='reduce-overhead')
    x = torch.randn(batch, 3, 224, 224, device='cuda', dtype=kind)
    x = x.to(memory_format=torch.channels_last)
    with torch.inference_mode():
        return measure(lambda: model(x), torch.cuda.current_stream(), seconds)


def run(folder, arguments):
    with open(os.path.join(folder, 'cases.json')) as file:
        content = json.load(file)
    failed = 0
    if 'check' in arguments.what:
        failed = check_all(folder, content['cases'])
        print(f'{len(content["cases"]) - failed} passed, {failed} failed',
              flush=True)
    try:
        import torch
        print(f'{torch.cuda.get_device_name()}, PyTorch {torch.__version__}',
              flush=True)
    except ImportError:
        return failed
    if 'profile' in arguments.what:
        for entry in content['measured']:
            profile(folder, entry, entry['batch'])
    if 'measure' in arguments.what:
        for entry in content['measured']:
            batch = entry['batch']
            ours = measure_network(folder, entry, batch, arguments.seconds)
            row = (f'{entry["object"]}: {ours:.3f} ms, '
                   f'{1000 * batch / ours:.0f} images/s')
            for compiled in (False, True):
                if compiled and not arguments.compile:
                    continue
                theirs = measure_pytorch(entry['model'], entry['precision'],
                                         batch, compiled, arguments.seconds)
                row += (f'; PyTorch {"compiled" if compiled else "eager"} '
                        f'{theirs:.3f} ms ({ours / theirs:.2f})')
            print(row, flush=True)
    return failed


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('command', choices=['pack', 'run'])
    parser.add_argument('folder', nargs='?',
                        default=os.path.dirname(os.path.abspath(__file__)))
    parser.add_argument('--only', action='append', metavar='MODEL')
    parser.add_argument('--what', default='check,profile,measure',
                        type=lambda text: text.split(','))
    parser.add_argument('--seconds', type=float, default=1)
    parser.add_argument('--no-compile', dest='compile', action='store_false')
    arguments = parser.parse_args()
    if arguments.command == 'pack':
        pack(arguments.folder, arguments.only)
        return 0
    return 1 if run(arguments.folder, arguments) else 0


if __name__ == '__main__':
    sys.exit(main())

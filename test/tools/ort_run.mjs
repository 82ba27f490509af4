// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Runs a model with ONNX Runtime, as the reference for tests and benchmarks.
//
//   node ort_run.mjs run MODEL OUT_DIR [NAME=]IN.npy...
//       writes each output to OUT_DIR/NAME.npy ('/' and ':' become '_')
//   node ort_run.mjs bench MODEL THREADS BATCH ITERS [WARMUP]
//       prints one line of JSON with the times in milliseconds
//   node ort_run.mjs serve
//       for each line of standard input, which is the arguments of `run` as a
//       list in JSON, prints one line when they are done: {} or {"error": TEXT}
//
// RESNETC_ORT_DIR names the folder whose node_modules has onnxruntime-node.

import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import { createRequire } from 'node:module';

const USAGE = `usage: ort_run.mjs run MODEL OUT_DIR [NAME=]IN.npy...
       ort_run.mjs bench MODEL THREADS BATCH ITERS [WARMUP]
       ort_run.mjs serve`;

// ONNX Runtime's type name, NumPy's dtype and the typed array of each.
const TYPES = [
  ['float32', '<f4', Float32Array], ['float64', '<f8', Float64Array],
  ['int64', '<i8', BigInt64Array], ['uint64', '<u8', BigUint64Array],
  ['int32', '<i4', Int32Array], ['uint32', '<u4', Uint32Array],
  ['int16', '<i2', Int16Array], ['uint16', '<u2', Uint16Array],
  ['int8', '|i1', Int8Array], ['uint8', '|u1', Uint8Array],
  ['bool', '|b1', Uint8Array],
];

function fail(message, code = 2) {
  console.error(message);
  process.exit(code);
}

function loadOrt() {
  const dir = process.env.RESNETC_ORT_DIR;
  if (!dir) fail('RESNETC_ORT_DIR is not set', 3);
  try {
    return createRequire(path.resolve(dir, 'x.js'))('onnxruntime-node');
  } catch (error) {
    return fail(`no onnxruntime-node in ${dir}: ${error.message}`, 3);
  }
}

// Reads a .npy file (format 1 to 3, C order): {type, data, dims}.
function readNpy(file) {
  const bytes = fs.readFileSync(file);
  if (bytes.toString('latin1', 0, 6) !== '\x93NUMPY') {
    fail(`${file}: not a .npy file`);
  }
  const wide = bytes[6] > 1;
  const length = wide ? bytes.readUInt32LE(8) : bytes.readUInt16LE(8);
  const start = (wide ? 12 : 10) + length;
  const header = bytes.toString('latin1', wide ? 12 : 10, start);
  const descr = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  const shape = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1];
  if (!descr || shape === undefined || /'fortran_order':\s*True/.test(header)) {
    fail(`${file}: unsupported .npy header ${header.trim()}`);
  }
  const type = TYPES.find((t) => t[1] === descr);
  if (!type) fail(`${file}: unsupported dtype ${descr}`);
  const dims = shape.split(',').map((s) => s.trim()).filter(Boolean).map(Number);
  const count = dims.reduce((a, b) => a * b, 1);
  const size = count * type[2].BYTES_PER_ELEMENT;
  if (bytes.length < start + size) fail(`${file}: truncated`);
  const copy = new Uint8Array(bytes.subarray(start, start + size));
  return { type: type[0], data: new type[2](copy.buffer, 0, count), dims };
}

function writeNpy(file, tensor) {
  const type = TYPES.find((t) => t[0] === tensor.type);
  if (!type) fail(`cannot write a tensor of ${tensor.type}`);
  const dims = tensor.dims.join(', ') + (tensor.dims.length === 1 ? ',' : '');
  let header = `{'descr': '${type[1]}', 'fortran_order': False, 'shape': (${dims}), }`;
  header += ' '.repeat(63 - ((10 + header.length) % 64)) + '\n';
  const head = Buffer.alloc(10);
  head.write('\x93NUMPY\x01\x00', 0, 'latin1');
  head.writeUInt16LE(header.length, 8);
  const { data } = tensor;
  fs.writeFileSync(file, Buffer.concat([
    head, Buffer.from(header, 'latin1'),
    Buffer.from(data.buffer, data.byteOffset, data.byteLength)]));
}

// Numbers in -1..1 that are the same in every run (mulberry32).
function noise(count) {
  const out = new Float32Array(count);
  let state = 1;
  for (let i = 0; i < count; i++) {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    out[i] = ((t ^ (t >>> 14)) >>> 0) / 2147483648 - 1;
  }
  return out;
}

// Not resourceUsage(): its maxRSS starts from that of the parent process.
function peakMemory() {
  const kb = /^VmHWM:\s*(\d+)/m.exec(fs.readFileSync('/proc/self/status', 'utf8'));
  return kb ? Number(kb[1]) / 1024 : 0;
}

const OPTIONS = { executionMode: 'sequential', graphOptimizationLevel: 'all' };

async function run(ort, [model, outDir, ...inputs], options = OPTIONS) {
  if (!model || !outDir) fail(USAGE);
  const session = await ort.InferenceSession.create(model, options);
  const feeds = {};
  inputs.forEach((arg, i) => {
    // A name may hold '/', so only a first '=' before an existing file counts.
    const cut = fs.existsSync(arg) ? -1 : arg.indexOf('=');
    const name = cut < 0 ? session.inputNames[i] : arg.slice(0, cut);
    if (name === undefined || !session.inputNames.includes(name)) {
      fail(`no input for ${arg}; the model has ${session.inputNames.join(', ')}`);
    }
    const { type, data, dims } = readNpy(arg.slice(cut + 1));
    feeds[name] = new ort.Tensor(type, data, dims);
  });
  const results = await session.run(feeds);
  fs.mkdirSync(outDir, { recursive: true });
  for (const name of session.outputNames) {
    writeNpy(path.join(outDir, `${name.replace(/[/:]/g, '_')}.npy`), results[name]);
  }
  await session.release();
}

async function serve(ort) {
  const options = {
    ...OPTIONS, intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 4,
  };
  for await (const line of readline.createInterface({ input: process.stdin })) {
    let answer = {};
    try {
      await run(ort, JSON.parse(line), options);
    } catch (error) {
      answer = { error: error.message };
    }
    console.log(JSON.stringify(answer));
  }
}

async function bench(ort, args) {
  if (args.length < 4) fail(USAGE);
  const [threads, batch, iterations] = args.slice(1, 4).map(Number);
  const warmup = Number(args[4] ?? 5);
  if (![threads, batch, iterations].every((n) => Number.isInteger(n) && n > 0)
      || !Number.isInteger(warmup) || warmup < 0) {
    fail(USAGE);
  }
  const started = performance.now();
  const session = await ort.InferenceSession.create(
    args[0], { ...OPTIONS, intraOpNumThreads: threads, interOpNumThreads: 1 });
  const loadMs = performance.now() - started;
  const feeds = {};
  for (const input of session.inputMetadata) {
    if (input.type !== 'float32') fail(`bench: input ${input.name} is ${input.type}`);
    const dims = input.shape.map(
      (d, i) => (typeof d === 'number' && d > 0 ? d : i === 0 ? batch : 1));
    if (dims[0] !== batch) {
      fail(`bench: the model's batch is ${dims[0]}, not ${batch}`);
    }
    const data = noise(dims.reduce((a, b) => a * b, 1));
    feeds[input.name] = new ort.Tensor('float32', data, dims);
  }
  const timed = async () => {
    const start = performance.now();
    await session.run(feeds);
    return performance.now() - start;
  };
  const firstMs = await timed();
  for (let i = 1; i < warmup; i++) await timed();
  const times = [];
  for (let i = 0; i < iterations; i++) times.push(await timed());
  times.sort((a, b) => a - b);
  const quantile = (q) => {
    const at = q * (times.length - 1);
    const low = Math.floor(at);
    const high = Math.ceil(at);
    return times[low] + (times[high] - times[low]) * (at - low);
  };
  const round = (x) => Number(x.toFixed(4));
  console.log(JSON.stringify({
    min_ms: round(times[0]), median_ms: round(quantile(0.5)),
    p95_ms: round(quantile(0.95)), load_ms: round(loadMs),
    first_ms: round(firstMs),
    rss_mb: round(peakMemory()),
    threads, batch, iterations, warmup,
  }));
}

const [command, ...rest] = process.argv.slice(2);
const commands = { run, bench, serve };
if (!Object.hasOwn(commands, command)) fail(USAGE);
try {
  await commands[command](loadOrt(), rest);
} catch (error) {
  fail(`ort_run: ${error.message}`, 1);
}

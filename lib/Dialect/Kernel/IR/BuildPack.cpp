//===- BuildPack.cpp - Code that packs weights at run time ----------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The same orders as in PackConv.cpp and WinogradOps.cpp, for weights that a
// network learns.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "resnetc/Dialect/Kernel/IR/ConvTiling.h"
#include "resnetc/Dialect/Kernel/IR/Kernel.h"
#include "resnetc/Dialect/Kernel/IR/WinogradTiling.h"
#include "resnetc/Support/IndexBuilder.h"

using namespace mlir;
using namespace resnetc;
using namespace resnetc::kernel;

namespace {

/// BlockInTile of a block that is known at run time only.
struct BlockPlace {
  BlockPlace(ImplicitLocOpBuilder &b, const EvenSplit &split, Value block) {
    IndexBuilder index(b);
    auto within = [&](Value number, int64_t size, int64_t offset) {
      return SmallVector<Value>{
          index.add(index.mul(index.div(number, size), size), offset),
          index.rem(number, size), index.constant(size)};
    };
    SmallVector<Value> large = within(block, split.size, 0);
    if (split.small > 0) {
      int64_t border = split.large * split.size;
      Value isLarge = arith::CmpIOp::create(b, arith::CmpIPredicate::ult, block,
                                            index.constant(border));
      Value rest = index.max(index.sub(block, index.constant(border)),
                             index.constant(0));
      for (auto [value, small] :
           llvm::zip_equal(large, within(rest, split.size - 1, border)))
        value = b.createOrFold<arith::SelectOp>(isLarge, value, small);
    }
    first = large[0], place = large[1], size = large[2];
  }

  Value first, place, size;
};

} // namespace

static Value multiply(ImplicitLocOpBuilder &b, Value x, Value y) {
  return b.createOrFold<arith::MulIOp>(x, y);
}

/// How many channels of a block there are.
static Value channelsOf(ImplicitLocOpBuilder &b, Value block, int64_t lanes,
                        int64_t channels) {
  IndexBuilder index(b);
  if (channels % lanes == 0)
    return index.constant(lanes);
  Value rest = index.sub(index.constant(channels), index.mul(block, lanes));
  return index.min(rest, index.constant(lanes));
}

/// Stores what is f32 as what the memory holds.
static void store(ImplicitLocOpBuilder &b, Value value, Value to, Value at) {
  Type element = cast<MemRefType>(to.getType()).getElementType();
  if (!element.isF32())
    value = arith::TruncFOp::create(b, element, value);
  memref::StoreOp::create(b, value, to, at);
}

static void buildDirect(ConvOp op, const ConvTiling &tiling,
                        ImplicitLocOpBuilder &b, Value from, Value to,
                        Value number, bool transposed) {
  IndexBuilder index(b);
  const ConvChannels &channels = tiling.channels;
  int64_t lanes = channels.block, width = op.getKernelShape()[1];
  int64_t window = op.getKernelShape()[0] * width;
  int64_t groupInput = op.getInputChannels() / op.getGroup();
  int64_t groupOutput = op.getOutputChannels() / op.getGroup();
  Value g = index.div(number, channels.outputBlocks);
  Value block = index.rem(number, channels.outputBlocks);
  BlockPlace at(b, tiling.blocks, block);
  Value base =
      index.mul(index.add(index.mul(g, channels.outputBlocks), at.first),
                tiling.weightsPerBlock);
  Value first = index.mul(block, lanes);
  Value row = index.add(index.mul(g, channels.outputChannels), first);
  Value count = channelsOf(b, block, lanes, channels.outputChannels);
  index.loop(0, groupInput, [&](Value k) {
    index.loop(0, window, [&](Value w) {
      Value place =
          index.add(index.mul(index.div(w, width), tiling.windowColumns),
                    index.rem(w, width));
      Value source = index.add(index.mul(k, window), w);
      index.loop(index.constant(0), count, [&](Value lane) {
        // With merged groups an output sees only its own group's channels.
        Value onnxGroup = channels.mergedGroups == 1
                              ? index.constant(0)
                              : index.div(index.add(first, lane), groupOutput);
        Value c = index.add(index.mul(onnxGroup, groupInput), k);
        Value step = index.add(
            index.mul(index.add(index.mul(index.div(c, channels.inputUnroll),
                                          tiling.window),
                                place),
                      channels.inputUnroll),
            index.rem(c, channels.inputUnroll));
        int64_t together = tiling.pairs ? 2 : 1;
        Value target = index.add(
            multiply(b, index.div(step, together), at.size), at.place);
        target = index.add(
            index.mul(index.add(index.mul(target, lanes), lane), together),
            index.rem(step, together));
        target = index.add(base, target);
        Value m = index.add(row, lane);
        Value element = index.add(index.mul(m, groupInput * window), source);
        if (transposed) {
          Value last = index.constant(window - 1);
          element = index.add(index.mul(k, op.getOutputChannels()), m);
          element = index.add(index.mul(element, window), index.sub(last, w));
        }
        store(b, memref::LoadOp::create(b, from, element), to, target);
      });
    });
  });
}

static void buildDiagonal(const ConvTiling &tiling, ImplicitLocOpBuilder &b,
                          Value from, Value to, Value block, int64_t outputs) {
  IndexBuilder index(b);
  int64_t lanes = tiling.channels.block, width = tiling.channels.inputUnroll;
  Value row = index.mul(block, lanes);
  Value base = index.mul(block, tiling.weightsPerBlock);
  Value count = channelsOf(b, block, lanes, outputs);
  index.loop(0, width, [&](Value k) {
    index.loop(0, tiling.window, [&](Value w) {
      Value source = index.add(index.mul(k, tiling.window), w);
      Value target = index.mul(index.add(index.mul(w, width), k), lanes);
      index.loop(index.constant(0), count, [&](Value lane) {
        Value element = index.add(
            index.mul(index.add(row, lane), width * tiling.window), source);
        memref::StoreOp::create(b, memref::LoadOp::create(b, from, element), to,
                                index.add(index.add(base, target), lane));
      });
    });
  });
}

int64_t ConvOp::getNumPackedBlocks() {
  ConvTiling tiling(*this, *getSchedule());
  return tiling.diagonal
             ? llvm::divideCeilSigned(getOutputChannels(),
                                      tiling.channels.block)
             : tiling.channels.groups * tiling.channels.outputBlocks;
}

bool ConvOp::canPackTransposed() {
  return getGroup() == 1 && getSchedule() &&
         !ConvTiling(*this, *getSchedule()).diagonal;
}

void ConvOp::buildPackBlock(ImplicitLocOpBuilder &builder, Value from, Value to,
                            Value block, bool transposed) {
  ConvTiling tiling(*this, *getSchedule());
  if (tiling.diagonal)
    buildDiagonal(tiling, builder, from, to, block, getOutputChannels());
  else
    buildDirect(*this, tiling, builder, from, to, block, transposed);
}

/// `terms` with their factors, of which those of 0 are left out.
static Value combine(ImplicitLocOpBuilder &b, ArrayRef<double> factors,
                     ArrayRef<Value> terms) {
  Value sum;
  auto type = cast<VectorType>(terms.front().getType());
  for (auto [factor, term] : llvm::zip_equal(factors, terms)) {
    if (factor == 0)
      continue;
    auto number = arith::ConstantOp::create(
        b, DenseElementsAttr::get(type, static_cast<float>(factor)));
    sum = sum ? Value(vector::FMAOp::create(b, term, number, sum))
              : Value(arith::MulFOp::create(b, term, number));
  }
  return sum;
}

int64_t WinogradConvOp::getNumPackedBlocks() {
  return WinogradTiling(*this).outputBlocks();
}

bool WinogradConvOp::canPackTransposed() { return true; }

void WinogradConvOp::buildPackBlock(ImplicitLocOpBuilder &b, Value from,
                                    Value to, Value block, bool transposed) {
  IndexBuilder index(b);
  WinogradTiling tiling(*this);
  const WinogradMatrices &matrices = WinogradMatrices::get(getOutputs());
  int64_t points = matrices.points, lanes = tiling.block;
  int64_t channels = tiling.inputBlocks * lanes;
  int64_t inputs = getInputChannels(), outputs = getOutputChannels();
  BlockPlace at(b, tiling.blocks, block);
  Value base = index.mul(at.first, tiling.weightsPerBlock);
  Value row = index.mul(block, lanes);
  auto type = VectorType::get({lanes}, b.getF32Type());
  index.loop(0, inputs, [&](Value c) {
    // One lane an output channel; what is none repeats the last.
    SmallVector<Value> taps(9,
                            arith::ConstantOp::create(b, b.getZeroAttr(type)));
    for (int64_t lane = 0; lane < lanes; ++lane) {
      Value m = index.add(row, lane);
      if (outputs % lanes != 0)
        m = index.min(m, index.constant(outputs - 1));
      Value pair = transposed ? index.add(index.mul(c, outputs), m)
                              : index.add(index.mul(m, inputs), c);
      Value filter = index.mul(pair, 9);
      for (int64_t t = 0; t < 9; ++t) {
        Value &tap = taps[transposed ? 8 - t : t];
        tap = vector::InsertOp::create(
            b, memref::LoadOp::create(b, from, index.add(filter, t)), tap,
            ArrayRef<int64_t>{lane});
      }
    }
    for (int64_t i = 0; i < points; ++i) {
      SmallVector<Value> sums;
      for (int64_t l = 0; l < 3; ++l)
        sums.push_back(combine(b, matrices.weight.slice(i * 3, 3),
                               {taps[l], taps[3 + l], taps[6 + l]}));
      for (int64_t j = 0; j < points; ++j) {
        Value point = combine(b, matrices.weight.slice(j * 3, 3), sums);
        Value step = index.add(c, (i * points + j) * channels);
        Value target = index.add(multiply(b, step, at.size), at.place);
        vector::StoreOp::create(b, point, to,
                                index.add(base, index.mul(target, lanes)));
      }
    }
  });
}

//===- ChannelBlock.cpp - How many channels lie together on a GPU ---------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ChannelBlock.h"
#include "resnetc/Dialect/ResNet/IR/ResNet.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace resnetc::resnet;

/// Multiply-adds of one image with channels padded to blocks; 0 if not known.
static double getWork(ConvOp conv, int64_t block) {
  auto input = dyn_cast<RankedTensorType>(conv.getInput().getType());
  auto output = dyn_cast<RankedTensorType>(conv.getResult().getType());
  auto weight = dyn_cast<RankedTensorType>(conv.getWeight().getType());
  if (!input || !output || !weight || output.getRank() != 4)
    return 0;
  double work = 1;
  for (int64_t size : output.getShape().take_back(2))
    work *= ShapedType::isDynamic(size) ? 1 : static_cast<double>(size);
  for (int64_t size : weight.getShape().drop_front(2))
    work *= static_cast<double>(size);
  int64_t in = weight.getDimSize(1), out = weight.getDimSize(0);
  // A stem of few channels is planar.
  bool isPlanar = conv.getGroup() == 1 && in < block;
  if (!isPlanar)
    in = llvm::divideCeilSigned(in, block) * block;
  out = llvm::divideCeilSigned(out, block) * block;
  return work * static_cast<double>(in) * static_cast<double>(out);
}

int64_t resnetc::resnet::chooseChannelBlock(func::FuncOp function) {
  struct Choice {
    int64_t block;
    double cost; ///< Of a multiply-add, for shorter runs in memory.
  };
  constexpr Choice choices[] = {{64, 1}, {32, 1.05}, {16, 1.2}, {8, 1.6}};
  int64_t best = choices[0].block;
  double least = 0;
  for (const Choice &choice : choices) {
    double total = 0;
    function.walk([&](ConvOp conv) { total += getWork(conv, choice.block); });
    total *= choice.cost;
    if (choice.block == choices[0].block || total < least) {
      best = choice.block;
      least = total;
    }
  }
  return best;
}

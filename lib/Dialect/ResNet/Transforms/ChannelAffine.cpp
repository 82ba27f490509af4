//===- ChannelAffine.cpp - Scale and shift by channel ---------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ChannelAffine.h"
#include "mlir/IR/Matchers.h"
#include "resnetc/Support/FloatConstant.h"
#include <cmath>

using namespace mlir;
using namespace resnetc;
using namespace resnetc::resnet;

static std::optional<FloatConstant> constantOf(Value value) {
  Attribute attr;
  if (!matchPattern(value, m_Constant(&attr)))
    return std::nullopt;
  return FloatConstant::get(attr);
}

/// A constant that broadcasts to `tensor` along all dimensions but 1, as one
/// value a channel.
static std::optional<std::vector<double>> perChannel(Value value,
                                                     RankedTensorType tensor) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  std::optional<FloatConstant> constant = constantOf(value);
  if (!type || !constant || type.getRank() > tensor.getRank())
    return std::nullopt;
  int64_t leading = tensor.getRank() - type.getRank();
  for (auto [i, size] : llvm::enumerate(type.getShape()))
    if (size != 1 && static_cast<int64_t>(i) + leading != 1)
      return std::nullopt;
  int64_t channels = tensor.getDimSize(1);
  if (constant->size() == 1)
    return std::vector<double>(channels, (*constant)[0]);
  if (static_cast<int64_t>(constant->size()) != channels)
    return std::nullopt;
  return std::vector<double>(constant->values().begin(),
                             constant->values().end());
}

static std::optional<ChannelAffine> matchBatchNorm(BatchNormOp op) {
  std::optional<FloatConstant> scale = constantOf(op.getScale()),
                               offset = constantOf(op.getOffset()),
                               mean = constantOf(op.getMean()),
                               variance = constantOf(op.getVariance());
  if (!scale || !offset || !mean || !variance)
    return std::nullopt;
  ChannelAffine affine{op.getInput(), {}, {}};
  double epsilon = op.getEpsilon().convertToFloat();
  for (size_t c = 0; c < scale->size(); ++c) {
    double factor = (*scale)[c] / std::sqrt((*variance)[c] + epsilon);
    affine.scale.push_back(factor);
    affine.shift.push_back((*offset)[c] - (*mean)[c] * factor);
  }
  return affine;
}

std::optional<ChannelAffine> ChannelAffine::match(Operation *op) {
  if (auto norm = dyn_cast<BatchNormOp>(op))
    return matchBatchNorm(norm);
  if (!isa<AddOp, SubOp, MulOp, DivOp>(op))
    return std::nullopt;
  Value input = op->getOperand(0), parameter = op->getOperand(1);
  if (isa<AddOp, MulOp>(op) && constantOf(input))
    std::swap(input, parameter);
  auto type = dyn_cast<RankedTensorType>(input.getType());
  auto result = dyn_cast<RankedTensorType>(op->getResult(0).getType());
  if (!type || !result || type.getRank() < 2 ||
      type.getShape() != result.getShape() || type.isDynamicDim(1))
    return std::nullopt;
  std::optional<std::vector<double>> values = perChannel(parameter, type);
  if (!values)
    return std::nullopt;
  ChannelAffine affine{input, std::vector<double>(values->size(), 1),
                       std::vector<double>(values->size(), 0)};
  for (auto [c, value] : llvm::enumerate(*values)) {
    if (isa<AddOp>(op))
      affine.shift[c] = value;
    else if (isa<SubOp>(op))
      affine.shift[c] = -value;
    else
      affine.scale[c] = isa<MulOp>(op) ? value : 1 / value;
  }
  return affine;
}

bool ChannelAffine::scales() const {
  return llvm::any_of(scale, [](double value) { return value != 1; });
}

bool ChannelAffine::shifts() const {
  return llvm::any_of(shift, [](double value) { return value != 0; });
}

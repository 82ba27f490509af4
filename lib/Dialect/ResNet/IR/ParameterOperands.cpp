//===- ParameterOperands.cpp - Which operands hold what is learned --------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Dialect/ResNet/IR/ResNet.h"

using namespace mlir;
using namespace resnetc::resnet;

/// A weight, and behind it a bias if there is one.
static SmallVector<unsigned> weightAndBias(Value bias) {
  return bias ? SmallVector<unsigned>{1, 2} : SmallVector<unsigned>{1};
}

SmallVector<unsigned> ConvOp::getParameterOperands() {
  return weightAndBias(getBias());
}

SmallVector<unsigned> ConvTransposeOp::getParameterOperands() {
  return weightAndBias(getBias());
}

SmallVector<unsigned> GemmOp::getParameterOperands() {
  return weightAndBias(getC());
}

SmallVector<unsigned> MatMulOp::getParameterOperands() { return {1}; }

/// The statistics are measured, not learned.
SmallVector<unsigned> BatchNormOp::getParameterOperands() { return {1, 2}; }

SmallVector<unsigned> PReluOp::getParameterOperands() { return {1}; }

SmallVector<unsigned> AddOp::getParameterOperands() { return {0, 1}; }
bool AddOp::endsLayer() { return true; }

SmallVector<unsigned> MulOp::getParameterOperands() { return {0, 1}; }
bool MulOp::endsLayer() { return true; }

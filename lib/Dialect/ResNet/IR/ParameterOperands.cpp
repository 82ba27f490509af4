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

SmallVector<unsigned> GemmOp::getParameterOperands() {
  SmallVector<unsigned> numbers = {1};
  if (getC())
    numbers.push_back(2);
  return numbers;
}

SmallVector<unsigned> MatMulOp::getParameterOperands() { return {1}; }

SmallVector<unsigned> PReluOp::getParameterOperands() { return {1}; }

SmallVector<unsigned> AddOp::getParameterOperands() { return {0, 1}; }
bool AddOp::endsLayer() { return true; }

SmallVector<unsigned> MulOp::getParameterOperands() { return {0, 1}; }
bool MulOp::endsLayer() { return true; }

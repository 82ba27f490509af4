//===- LayoutChoice.h - What an operation wants of layouts ---- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_DIALECT_RESNET_IR_LAYOUTCHOICE_H
#define RESNETC_DIALECT_RESNET_IR_LAYOUTCHOICE_H

#include "llvm/ADT/SmallVector.h"
#include <array>
#include <cstdint>

namespace resnetc::resnet {

/// The layout in which an operation reads an operand.
struct OperandLayout {
  int64_t block = 1;
  /// The least border of zeros, as in `#resnet.layout`.
  std::array<int64_t, 4> halo = {0, 0, 0, 0};

  bool hasHalo() const { return halo != std::array<int64_t, 4>{0, 0, 0, 0}; }
};

/// The layouts of an operation. By default everything is plain.
struct LayoutChoice {
  explicit LayoutChoice(size_t numOperands, int64_t block = 1)
      : operands(numOperands, OperandLayout{block}), resultBlock(block) {}

  llvm::SmallVector<OperandLayout> operands;
  int64_t resultBlock;
  /// Whether the operation can write inside a border of zeros.
  bool resultTakesHalo = false;
};

} // namespace resnetc::resnet

#endif // RESNETC_DIALECT_RESNET_IR_LAYOUTCHOICE_H

//===- ScheduleTable.h - Schedules chosen before -------------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_DIALECT_KERNEL_IR_SCHEDULETABLE_H
#define RESNETC_DIALECT_KERNEL_IR_SCHEDULETABLE_H

#include "resnetc/Dialect/Kernel/IR/Kernel.h"
#include "llvm/Support/Error.h"
#include <map>

namespace resnetc::kernel {

/// Schedules by the shape of the convolution. Its file is a dictionary
/// attribute:
///
///     {cpu = "znver3", schedules = {
///       "3x3 64 to 64, 56x56" =
///         #kernel.schedule<winograd_f4, pixels = 6, oc_blocks = 2, rows = 4>
///     }}
class ScheduleTable {
public:
  /// The table in file `path`. It is an error if there is none, or one for
  /// another CPU.
  static llvm::Expected<ScheduleTable>
  read(llvm::StringRef path, llvm::StringRef cpu, mlir::MLIRContext &context);
  void write(llvm::raw_ostream &os, llvm::StringRef cpu) const;

  /// What stands in the table for a convolution's shape: the window, input and
  /// output channels, the size of the output, and what is not 1 (strides,
  /// dilations, groups) or unusual (planar input).
  static std::string keyOf(ConvOp op);

  /// Null if the table has none.
  ScheduleAttr lookup(ConvOp op) const;
  void insert(llvm::StringRef key, ScheduleAttr schedule);
  bool contains(llvm::StringRef key) const;

private:
  std::map<std::string, ScheduleAttr> schedules;
};

} // namespace resnetc::kernel

#endif // RESNETC_DIALECT_KERNEL_IR_SCHEDULETABLE_H

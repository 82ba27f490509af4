//===- ElementBuilder.h - Code for the elements of results ---- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_LIB_CONVERSION_RESNETTOKERNEL_ELEMENTBUILDER_H
#define RESNETC_LIB_CONVERSION_RESNETTOKERNEL_ELEMENTBUILDER_H

#include "NetworkBuilder.h"
#include "resnetc/Support/IndexBuilder.h"

namespace resnetc {

/// The type of an element in code: of what memory holds, with booleans as i1,
/// and f16 and bf16 as f32, to which they are rounded when stored.
mlir::Type scalarType(mlir::Type element);

/// Computes an operation element by element: for each result a
/// `kernel.generic`, with a loop over all elements around what the operation
/// says one element is (ElementOpInterface). Its units are rows.
class ElementBuilder {
public:
  ElementBuilder(mlir::Operation *op, NetworkBuilder &network)
      : b(op->getLoc(), op->getContext()), index(b), op(op), network(network) {}

  /// Fails, with an error on the operation, for what cannot be computed so.
  llvm::LogicalResult build();

  mlir::ImplicitLocOpBuilder b;
  IndexBuilder index;

  //===--------------------------------------------------------------------===//
  // For the code of an element
  //===--------------------------------------------------------------------===//

  mlir::Operation *getOperation() const { return op; }
  /// The shape of an operand in the code: one example has a batch of 1.
  llvm::ArrayRef<int64_t> getShape(unsigned operand) const {
    return shapes[operand];
  }
  /// A sum, maximum or the like over the coordinates of a shape: `body` makes
  /// the next value of what was `init` at first.
  mlir::Value
  reduce(llvm::ArrayRef<int64_t> shape, mlir::Value init,
         llvm::function_ref<mlir::Value(llvm::ArrayRef<mlir::Value> at,
                                        mlir::Value carried)>
             body);
  /// The shape of a result in the code.
  llvm::SmallVector<int64_t> getResultShape(unsigned result) const;
  /// The element of an operand at these coordinates.
  mlir::Value load(unsigned operand, mlir::ValueRange at);
  /// The element that an operand broadcast to the shape of `at` has there.
  mlir::Value loadBroadcast(unsigned operand, mlir::ValueRange at);

private:
  llvm::LogicalResult buildResult(unsigned number);
  llvm::LogicalResult addOperand(mlir::Value value);
  /// The memory of a tensor: under its shape in the code, or as it lies if it
  /// has a layout.
  mlir::Value wholeView(mlir::Value tensor, const Image &image);
  /// Loops over the elements of a result in its blocks.
  void
  loopOverBlocks(const Image &image, mlir::Value unit,
                 llvm::function_ref<void(llvm::ArrayRef<mlir::Value>)> store,
                 llvm::function_ref<void(mlir::ValueRange)> clear);
  /// Where in its memory a tensor has the element at these coordinates.
  llvm::SmallVector<mlir::Value> placeOf(mlir::Value tensor,
                                         mlir::ValueRange at);

  mlir::Operation *op;
  NetworkBuilder &network;
  bool isSum = false; ///< Over the examples, in shared results.
  llvm::SmallVector<mlir::Value> buffers;               ///< Of the operands.
  llvm::SmallVector<llvm::SmallVector<int64_t>> shapes; ///< The same.
  llvm::SmallVector<mlir::Value> arguments; ///< The same in the code.
  /// The channel that is computed, and in which block and lane it lies.
  mlir::Value channel, channelBlock, channelLane;
};

} // namespace resnetc

#endif // RESNETC_LIB_CONVERSION_RESNETTOKERNEL_ELEMENTBUILDER_H

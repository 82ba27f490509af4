//===- WindowCode.h - Code for windows on tensors ------------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_LIB_CONVERSION_RESNETTOKERNEL_WINDOWCODE_H
#define RESNETC_LIB_CONVERSION_RESNETTOKERNEL_WINDOWCODE_H

#include "ElementBuilder.h"
#include "ElementLoops.h"
#include "ScalarBuilder.h"

namespace resnetc {

inline ScalarBuilder scalarsOf(ElementBuilder &builder, mlir::Value value) {
  return {builder.b, elementTypeOf(value).isUnsignedInteger()};
}

inline mlir::Value zeroOf(ElementBuilder &builder, mlir::Value tensor) {
  return createZero(builder.b, scalarType(elementTypeOf(tensor)));
}

/// The least number of a tensor's type.
inline mlir::Value lowest(ElementBuilder &builder, mlir::Value tensor) {
  mlir::Type element = elementTypeOf(tensor);
  return createLimit(builder.b, scalarType(element),
                     element.isUnsignedInteger(), /*lowest=*/true);
}

/// A place that may be in the padding, in all spatial dimensions.
struct Tap {
  /// Within the input, whatever `inside` says.
  llvm::SmallVector<mlir::Value> position;
  mlir::Value inside; ///< Null if it always is.
};

inline mlir::Value conjunction(ElementBuilder &builder, mlir::Value a,
                               mlir::Value c) {
  if (!a || !c)
    return a ? a : c;
  return mlir::arith::AndIOp::create(builder.b, a, c);
}

/// Adds a coordinate, which is valid below `size`, and `valid` if not null.
inline void addCoordinate(ElementBuilder &builder, Tap &tap,
                          mlir::Value coordinate, int64_t size,
                          mlir::Value valid) {
  // A negative one is a large number without a sign.
  mlir::Value below =
      mlir::arith::CmpIOp::create(builder.b, mlir::arith::CmpIPredicate::ult,
                                  coordinate, builder.index.constant(size));
  valid = conjunction(builder, valid, below);
  tap.position.push_back(mlir::arith::SelectOp::create(
      builder.b, valid, coordinate, builder.index.constant(0)));
  tap.inside = conjunction(builder, tap.inside, valid);
}

/// Where tap `at` of the window at `window` reads.
template <typename OpTy>
Tap tapOf(ElementBuilder &builder, OpTy op, llvm::ArrayRef<int64_t> input,
          mlir::ValueRange window, mlir::ValueRange at) {
  IndexBuilder &index = builder.index;
  Tap tap;
  for (size_t d = 0; d < at.size(); ++d) {
    mlir::Value coordinate = index.add(index.mul(window[d], op.getStrides()[d]),
                                       index.mul(at[d], op.getDilations()[d]));
    coordinate = index.sub(coordinate, index.constant(op.getPads()[d]));
    addCoordinate(builder, tap, coordinate, input[2 + d], mlir::Value());
  }
  return tap;
}

inline llvm::SmallVector<mlir::Value> join(mlir::Value a, mlir::Value c,
                                           mlir::ValueRange rest) {
  llvm::SmallVector<mlir::Value> result = {a, c};
  result.append(rest.begin(), rest.end());
  return result;
}

} // namespace resnetc

#endif // RESNETC_LIB_CONVERSION_RESNETTOKERNEL_WINDOWCODE_H

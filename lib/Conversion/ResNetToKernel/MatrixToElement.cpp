//===- MatrixToElement.cpp - Matrix products by the element ---------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ElementBuilder.h"
#include "ElementLoops.h"
#include "ScalarBuilder.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace resnetc;
using namespace resnetc::resnet;

static int64_t rankOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getRank();
}

static Value zeroOf(ElementBuilder &builder, Value tensor) {
  return createZero(builder.b, scalarType(elementTypeOf(tensor)));
}

namespace {

struct GemmToElement
    : ElementOpInterface::ExternalModel<GemmToElement, GemmOp> {
  FailureOr<Value> buildElement(Operation *operation, ElementBuilder &builder,
                                unsigned, ValueRange at) const {
    auto op = cast<GemmOp>(operation);
    ScalarBuilder s(builder.b, elementTypeOf(op.getA()).isUnsignedInteger());
    int64_t inner = builder.getShape(0)[op.getTransA() ? 0 : 1];
    Value sum = builder.reduce(
        inner, zeroOf(builder, op.getA()),
        [&](ArrayRef<Value> k, Value carried) {
          SmallVector<Value> left = {at[0], k[0]}, right = {k[0], at[1]};
          if (op.getTransA())
            std::swap(left[0], left[1]);
          if (op.getTransB())
            std::swap(right[0], right[1]);
          return s.add(carried,
                       s.mul(builder.load(0, left), builder.load(1, right)));
        });
    sum = scale(s, sum, op.getAlpha());
    if (!op.getC())
      return sum;
    return s.add(sum, scale(s, builder.loadBroadcast(2, at), op.getBeta()));
  }

  bool keepsExamples(Operation *operation) const {
    auto op = cast<GemmOp>(operation);
    bool cFits = !op.getC() || rankOf(op.getC()) < 2 ||
                 cast<ShapedType>(op.getC().getType()).getDimSize(0) == 1;
    return !op.getTransA() && !isShared(op.getA()) && isShared(op.getB()) &&
           isShared(op.getC()) && cFits;
  }

  /// A product over the batch.
  bool sumsExamples(Operation *operation) const {
    auto op = cast<GemmOp>(operation);
    return op.getTransA() && !op.getTransB() && !op.getC() &&
           !isShared(op.getA()) && !isShared(op.getB());
  }

private:
  static Value scale(ScalarBuilder &s, Value value, const APFloat &factor) {
    double number = factor.convertToFloat();
    return number == 1 ? value : s.mul(value, s.constant(value, number));
  }
};

struct MatMulToElement
    : ElementOpInterface::ExternalModel<MatMulToElement, MatMulOp> {
  FailureOr<Value> buildElement(Operation *operation, ElementBuilder &builder,
                                unsigned, ValueRange at) const {
    auto op = cast<MatMulOp>(operation);
    ScalarBuilder s(builder.b, elementTypeOf(op.getA()).isUnsignedInteger());
    ArrayRef<int64_t> a = builder.getShape(0), b = builder.getShape(1);
    // A vector has no row or column in the result.
    SmallVector<Value> place(at);
    Value column, row;
    if (b.size() > 1)
      column = place.pop_back_val();
    if (a.size() > 1)
      row = place.pop_back_val();
    auto leading = [&](ArrayRef<int64_t> shape) {
      SmallVector<Value> result;
      if (shape.size() <= 2)
        return result;
      ArrayRef<int64_t> sizes = shape.drop_back(2);
      for (auto [i, size] : llvm::enumerate(sizes))
        result.push_back(size == 1 ? builder.index.constant(0)
                                   : place[place.size() - sizes.size() + i]);
      return result;
    };
    return builder.reduce(
        a.back(), zeroOf(builder, op.getA()),
        [&](ArrayRef<Value> k, Value carried) {
          SmallVector<Value> left = leading(a), right = leading(b);
          if (row)
            left.push_back(row);
          left.push_back(k[0]);
          right.push_back(k[0]);
          if (column)
            right.push_back(column);
          return s.add(carried,
                       s.mul(builder.load(0, left), builder.load(1, right)));
        });
  }

  /// Where the batch is a row of `a`, or leads both.
  bool keepsExamples(Operation *operation) const {
    auto op = cast<MatMulOp>(operation);
    int64_t a = rankOf(op.getA()), b = rankOf(op.getB());
    if (isShared(op.getB()))
      return a >= 2 && !isShared(op.getA()) &&
             (b < a || (b == 2 && a == 2) ||
              (b == a && b > 2 &&
               cast<ShapedType>(op.getB().getType()).getDimSize(0) == 1));
    return a == b && a >= 3 && !isShared(op.getA());
  }
};

struct EinsumToElement
    : ElementOpInterface::ExternalModel<EinsumToElement, EinsumOp> {
  FailureOr<Value> buildElement(Operation *operation, ElementBuilder &builder,
                                unsigned, ValueRange at) const {
    auto op = cast<EinsumOp>(operation);
    auto labels =
        llvm::to_vector(op.getLabels().getAsRange<DenseI64ArrayAttr>());
    size_t rank = at.size();
    SmallVector<int64_t> sizes(rank, 1);
    for (auto [i, names] : llvm::enumerate(labels))
      for (auto [size, name] :
           llvm::zip_equal(builder.getShape(i), names.asArrayRef())) {
        if (name >= static_cast<int64_t>(sizes.size()))
          sizes.resize(name + 1, 1);
        if (sizes[name] == 1)
          sizes[name] = size;
      }
    ScalarBuilder s(builder.b,
                    elementTypeOf(op.getInputs()[0]).isUnsignedInteger());
    return builder.reduce(
        ArrayRef(sizes).drop_front(rank), zeroOf(builder, op.getInputs()[0]),
        [&](ArrayRef<Value> summed, Value carried) {
          Value product;
          for (auto [i, names] : llvm::enumerate(labels)) {
            SmallVector<Value> own;
            for (auto [size, name] :
                 llvm::zip_equal(builder.getShape(i), names.asArrayRef()))
              own.push_back(size == 1 ? builder.index.constant(0)
                            : name < static_cast<int64_t>(rank)
                                ? at[name]
                                : summed[name - rank]);
            Value element = builder.load(i, own);
            product = product ? s.mul(product, element) : element;
          }
          return s.add(carried, product);
        });
  }

  /// Which dimension is the batch, the equation does not say.
  bool keepsExamples(Operation *) const { return false; }
};

} // namespace

void resnetc::registerMatrixToElement(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, ResNetDialect *) {
    GemmOp::attachInterface<GemmToElement>(*context);
    MatMulOp::attachInterface<MatMulToElement>(*context);
    EinsumOp::attachInterface<EinsumToElement>(*context);
  });
}

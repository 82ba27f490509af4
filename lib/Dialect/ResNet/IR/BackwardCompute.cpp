//===- BackwardCompute.cpp - Gradients of products and reductions ---------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BackwardBuilder.h"

using namespace mlir;
using namespace resnetc::resnet;

//===----------------------------------------------------------------------===//
// Matrix products
//===----------------------------------------------------------------------===//

/// The last two dimensions exchanged.
static Value transposeMatrix(BackwardBuilder &b, Value value) {
  int64_t rank = cast<RankedTensorType>(value.getType()).getRank();
  auto perm = llvm::to_vector(llvm::seq<int64_t>(0, rank));
  std::swap(perm[rank - 1], perm[rank - 2]);
  return b.create<TransposeOp>(value, ArrayRef<int64_t>(perm));
}

Gradients MatMulOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  BackwardBuilder b(builder, *this);
  Value left = getA(), right = getB(), g = gradients.front();
  auto a = dyn_cast<RankedTensorType>(left.getType());
  auto c = dyn_cast<RankedTensorType>(right.getType());
  if (!a || !c)
    return emitError("cannot be differentiated: the rank of an operand is not "
                     "known");
  // A vector is a row on the left and a column on the right.
  int64_t rank = std::max<int64_t>(a.getRank(), c.getRank());
  if (c.getRank() == 1) {
    right = b.create<UnsqueezeOp>(right, b.integers({1}));
    g = b.create<UnsqueezeOp>(g, b.integers({-1}));
  }
  if (a.getRank() == 1) {
    left = b.create<UnsqueezeOp>(left, b.integers({0}));
    g = b.create<UnsqueezeOp>(g, b.integers({rank == 1 ? 0 : -2}));
  }
  Value forLeft = b.create<MatMulOp>(g, transposeMatrix(b, right));
  Value forRight = b.create<MatMulOp>(transposeMatrix(b, left), g);
  FailureOr<Value> sumLeft = b.sumTo(left, forLeft);
  FailureOr<Value> sumRight = b.sumTo(right, forRight);
  if (failed(sumLeft) || failed(sumRight))
    return failure();
  auto asOperand = [&](Value matrix, Value operand, Value gradient) {
    return matrix == operand ? gradient : b.reshapeLike(gradient, operand);
  };
  return SmallVector<Value>{asOperand(left, getA(), *sumLeft),
                            asOperand(right, getB(), *sumRight)};
}

Gradients GemmOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  BackwardBuilder b(builder, *this);
  Value g = gradients.front();
  bool ta = getTransA(), tb = getTransB();
  auto product = [&](Value x, Value y, bool transX, bool transY) {
    return b.create<GemmOp>(x, y, Value(), transX, transY, getAlpha(),
                            APFloat(1.0f));
  };
  SmallVector<Value> results = {
      ta ? product(getB(), g, tb, true) : product(g, getB(), false, !tb),
      tb ? product(g, getA(), true, ta) : product(getA(), g, !ta, false)};
  if (!getC())
    return results;
  double beta = getBeta().convertToFloat();
  Value scaled = beta == 1 ? g : b.mul(g, b.number(g, beta));
  FailureOr<Value> sum = b.sumTo(getC(), scaled);
  if (failed(sum))
    return failure();
  results.push_back(*sum);
  return results;
}

//===----------------------------------------------------------------------===//
// Along axes
//===----------------------------------------------------------------------===//

namespace {

/// A reduction of floating point whose axes are known; values have the reduced
/// dimensions, of size 1.
struct Reduced {
  SmallVector<int64_t> axes;
  Value y, g;
};

} // namespace

template <typename OpTy>
static FailureOr<Reduced> reducedOf(BackwardBuilder &b, OpTy op, Value g) {
  auto input = dyn_cast<RankedTensorType>(op.getInput().getType());
  std::optional<SmallVector<int64_t>> axes;
  if (input)
    axes =
        reducedAxes(op.getAxes(), input.getRank(), op.getNoopWithEmptyAxes());
  if (!axes)
    return op.emitError("cannot be differentiated: its axes are not known");
  Reduced result{*axes, op.getResult(), g};
  if (!op.getKeepdims() && !axes->empty()) {
    result.y = b.create<UnsqueezeOp>(result.y, b.integers(*axes));
    result.g = b.create<UnsqueezeOp>(result.g, b.integers(*axes));
  }
  return result;
}

Gradients ReduceMeanOp::buildBackward(OpBuilder &builder,
                                      ValueRange gradients) {
  BackwardBuilder b(builder, *this);
  FailureOr<Reduced> r = reducedOf(b, *this, gradients.front());
  if (failed(r))
    return failure();
  FailureOr<Value> count = b.count(getInput(), r->axes);
  if (failed(count))
    return failure();
  return SmallVector<Value>{b.broadcastLike(b.div(r->g, *count), getInput())};
}

Gradients ReduceOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  BackwardBuilder b(builder, *this);
  FailureOr<Reduced> r = reducedOf(b, *this, gradients.front());
  if (failed(r))
    return failure();
  Value x = getInput(), y = r->y, g = r->g;
  auto times = [&](Value derivative) {
    return SmallVector<Value>{b.mul(g, derivative)};
  };
  switch (getKind()) {
  case Reduction::sum:
    return SmallVector<Value>{b.broadcastLike(g, x)};
  case Reduction::max:
  case Reduction::min: {
    // Equal elements share it.
    Value isChosen = b.create<CastOp>(b.create<EqualOp>(x, y), elementType(x));
    return times(b.div(isChosen, b.sum(isChosen, r->axes)));
  }
  case Reduction::l1:
    return times(b.create<SignOp>(x));
  case Reduction::l2:
    return times(b.div(x, y));
  case Reduction::sum_square:
    return times(b.add(x, x));
  case Reduction::log_sum:
    return SmallVector<Value>{
        b.broadcastLike(b.mul(g, b.create<ExpOp>(b.neg(y))), x)};
  case Reduction::log_sum_exp:
    return times(b.create<ExpOp>(b.sub(x, y)));
  case Reduction::prod:
    return emitError("cannot be differentiated: it is a product");
  }
  llvm_unreachable("all kinds are above");
}

Gradients SoftmaxOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  BackwardBuilder b(builder, *this);
  auto type = dyn_cast<RankedTensorType>(getInput().getType());
  if (!type)
    return emitError("cannot be differentiated: the rank of the operand is "
                     "not known");
  int64_t axis = getAxis() < 0 ? getAxis() + type.getRank() : getAxis();
  int64_t end = getFlatten() ? type.getRank() : axis + 1;
  Value y = getResult(), weighted = b.mul(gradients.front(), y);
  if (axis >= end)
    return SmallVector<Value>{b.filled(getInput(), 0)};
  Value sum = b.sum(weighted, llvm::to_vector(llvm::seq<int64_t>(axis, end)));
  return SmallVector<Value>{b.sub(weighted, b.mul(y, sum))};
}

//===----------------------------------------------------------------------===//
// The same elements elsewhere
//===----------------------------------------------------------------------===//

/// The result has the elements of the input in their order.
template <typename OpTy>
static Gradients reshaped(OpTy op, OpBuilder &builder, ValueRange gradients) {
  BackwardBuilder b(builder, op);
  return onlyFirst(op, b.reshapeLike(gradients.front(), op.getInput()));
}

Gradients ReshapeOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  return reshaped(*this, builder, gradients);
}

Gradients FlattenOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  return reshaped(*this, builder, gradients);
}

Gradients SqueezeOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  return reshaped(*this, builder, gradients);
}

Gradients UnsqueezeOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  return reshaped(*this, builder, gradients);
}

Gradients TransposeOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  BackwardBuilder b(builder, *this);
  SmallVector<int64_t> back(getPerm().size());
  for (auto [to, from] : llvm::enumerate(getPerm()))
    back[from] = static_cast<int64_t>(to);
  return SmallVector<Value>{
      b.create<TransposeOp>(gradients.front(), ArrayRef<int64_t>(back))};
}

Gradients ExpandOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  return BackwardBuilder(builder, *this)
      .sumToOperands({gradients.front(), Value()});
}

//===- EvaluateMatrices.cpp - Matrix products and means -------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EvaluateCommon.h"

using namespace mlir;
using namespace resnetc::resnet;

LogicalResult GemmOp::evaluate(Operands operands, Results results) {
  const ReferenceTensor &a = *operands[0], &b = *operands[1];
  const ReferenceTensor *c = operands.size() > 2 ? operands[2] : nullptr;
  if (a.rank() != 2 || b.rank() != 2)
    return emitError("has an operand that is no matrix");
  int64_t rows = a.shape[getTransA() ? 1 : 0];
  int64_t inner = a.shape[getTransA() ? 0 : 1];
  int64_t columns = b.shape[getTransB() ? 0 : 1];
  Coordinates shape = {rows, columns};
  if (b.shape[getTransB() ? 1 : 0] != inner ||
      (c && broadcastShapes(shape, c->shape) != shape))
    return emitError("has operands that do not fit");
  double alpha = getAlpha().convertToFloat(), beta = getBeta().convertToFloat();
  results[0].resize(shape);
  forEach(shape, [&](ArrayRef<int64_t> at) {
    double sum = 0;
    for (int64_t k = 0; k < inner; ++k)
      sum += elementAt(a, getTransA() ? Coordinates{k, at[0]}
                                      : Coordinates{at[0], k}) *
             elementAt(b, getTransB() ? Coordinates{at[1], k}
                                      : Coordinates{k, at[1]});
    results[0].values[offsetOf(shape, at)] =
        alpha * sum + (c ? beta * broadcastAt(*c, at) : 0);
  });
  return success();
}

LogicalResult EinsumOp::evaluate(Operands operands, Results results) {
  SmallVector<ArrayRef<int64_t>> labels;
  Coordinates sizes;
  for (auto names : getLabels().getAsRange<DenseI64ArrayAttr>())
    labels.push_back(names.asArrayRef());
  for (auto [operand, names] : llvm::zip_equal(operands, labels)) {
    if (operand->shape.size() != names.size())
      return emitError("has an operand of another rank than its names");
    for (auto [size, name] : llvm::zip_equal(operand->shape, names)) {
      if (name >= static_cast<int64_t>(sizes.size()))
        sizes.resize(name + 1, 1);
      if (sizes[name] == 1)
        sizes[name] = size;
      else if (size != 1 && size != sizes[name])
        return emitError("has operands that do not fit");
    }
  }
  sizes.resize(std::max<int64_t>(sizes.size(), getRank()), 1);
  Coordinates shape(ArrayRef(sizes).take_front(getRank()));
  results[0].resize(shape);
  forEach(sizes, [&](ArrayRef<int64_t> at) {
    double product = 1;
    for (auto [operand, names] : llvm::zip_equal(operands, labels)) {
      Coordinates own;
      for (auto [size, name] : llvm::zip_equal(operand->shape, names))
        own.push_back(size == 1 ? 0 : at[name]);
      product *= elementAt(*operand, own);
    }
    results[0].values[offsetOf(shape, at.take_front(getRank()))] += product;
  });
  return success();
}

LogicalResult MatMulOp::evaluate(Operands operands, Results results) {
  ReferenceTensor a = *operands[0], b = *operands[1];
  if (a.rank() == 0 || b.rank() == 0)
    return emitError("has a scalar operand");
  // Vectors are a row on the left and a column on the right, and their
  // dimension is gone from the result.
  bool isRow = a.rank() == 1, isColumn = b.rank() == 1;
  if (isRow)
    a.shape.insert(a.shape.begin(), 1);
  if (isColumn)
    b.shape.push_back(1);
  int64_t inner = a.shape.back();
  std::optional<Coordinates> leading = broadcastShapes(
      ArrayRef(a.shape).drop_back(2), ArrayRef(b.shape).drop_back(2));
  if (!leading || b.shape[b.rank() - 2] != inner)
    return emitError("has operands that do not fit");
  Coordinates shape(*leading);
  shape.append({a.shape[a.rank() - 2], b.shape.back()});
  ReferenceTensor &result = results[0];
  result.resize(shape);
  forEach(shape, [&](ArrayRef<int64_t> at) {
    double sum = 0;
    for (int64_t k = 0; k < inner; ++k) {
      Coordinates left(at), right(at);
      left.back() = k;
      right[right.size() - 2] = k;
      sum += broadcastAt(a, left) * broadcastAt(b, right);
    }
    result.values[offsetOf(shape, at)] = sum;
  });
  if (isColumn)
    result.shape.pop_back();
  if (isRow)
    result.shape.erase(result.shape.end() - (isColumn ? 1 : 2));
  return success();
}

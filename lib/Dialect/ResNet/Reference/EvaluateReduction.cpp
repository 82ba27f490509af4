//===- EvaluateReduction.cpp - Reductions, results along axes -------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EvaluateCommon.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;
using namespace resnetc::resnet;

//===----------------------------------------------------------------------===//
// Reductions
//===----------------------------------------------------------------------===//

/// Calls `reduce` with the elements along the axes for each of the result.
template <typename OpTy>
static LogicalResult
reduce(OpTy op, Operands operands, ReferenceTensor &result,
       llvm::function_ref<double(ArrayRef<double>)> reduce) {
  const ReferenceTensor &input = *operands[0];
  Coordinates axes;
  if (operands.size() > 1)
    axes = integers(*operands[1]);
  if (axes.empty() && !op.getNoopWithEmptyAxes())
    axes = llvm::to_vector(llvm::seq<int64_t>(0, input.rank()));
  Coordinates kept(input.shape);
  for (int64_t &axis : axes) {
    if (failed(normalizeAxisOf(op, axis, input.rank())))
      return failure();
    kept[axis] = 1;
  }
  result.resize(kept);
  std::vector<std::vector<double>> elements(result.size());
  forEach(input.shape, [&](ArrayRef<int64_t> at) {
    Coordinates to(at);
    for (int64_t axis : axes)
      to[axis] = 0;
    elements[offsetOf(kept, to)].push_back(elementAt(input, at));
  });
  for (auto [value, reduced] : llvm::zip_equal(result.values, elements))
    value = reduce(reduced);
  if (isa<IntegerType>(result.elementType))
    for (double &value : result.values)
      value = std::trunc(value);
  if (op.getKeepdims())
    return success();
  result.shape.clear();
  for (int64_t d = 0; d < input.rank(); ++d)
    if (!llvm::is_contained(axes, d))
      result.shape.push_back(input.shape[d]);
  return success();
}

LogicalResult ReduceMeanOp::evaluate(Operands operands, Results results) {
  return reduce(*this, operands, results[0], [](ArrayRef<double> elements) {
    double sum = 0;
    for (double x : elements)
      sum += x;
    return sum / static_cast<double>(elements.size());
  });
}

/// The limits of integers are those of no element: saturated where a tensor is
/// made of them.
static double reduceElements(Reduction kind, ArrayRef<double> elements) {
  auto fold = [&](double init, auto step) {
    for (double x : elements)
      init = step(init, x);
    return init;
  };
  auto sum = [&](auto function) {
    return fold(0, [&](double total, double x) { return total + function(x); });
  };
  auto same = [](double x) { return x; };
  auto square = [](double x) { return x * x; };
  switch (kind) {
  case Reduction::sum:
    return sum(same);
  case Reduction::prod:
    return fold(1, [](double total, double x) { return total * x; });
  case Reduction::max:
    return fold(-HUGE_VAL, maximum);
  case Reduction::min:
    return fold(HUGE_VAL, minimum);
  case Reduction::l1:
    return sum([](double x) { return std::abs(x); });
  case Reduction::l2:
    return std::sqrt(sum(square));
  case Reduction::sum_square:
    return sum(square);
  case Reduction::log_sum:
    return std::log(sum(same));
  case Reduction::log_sum_exp:
    break;
  }
  double largest = fold(-HUGE_VAL, maximum);
  if (std::isinf(largest))
    largest = 0;
  return largest +
         std::log(sum([&](double x) { return std::exp(x - largest); }));
}

LogicalResult ReduceOp::evaluate(Operands operands, Results results) {
  return reduce(*this, operands, results[0], [&](ArrayRef<double> elements) {
    return reduceElements(getKind(), elements);
  });
}

/// `wins` says whether an element takes the place of the best before it.
template <typename OpTy>
static LogicalResult findAlong(OpTy op, Operands operands,
                               ReferenceTensor &result,
                               llvm::function_ref<bool(double, double)> wins) {
  const ReferenceTensor &input = *operands[0];
  int64_t axis = op.getAxis();
  if (failed(normalizeAxisOf(op, axis, input.rank())))
    return failure();
  int64_t size = input.shape[axis];
  if (size == 0)
    return op.emitError("has no elements along the axis");
  Coordinates kept(input.shape);
  kept[axis] = 1;
  result.resize(kept);
  forEach(kept, [&](ArrayRef<int64_t> at) {
    Coordinates from(at);
    double best = elementAt(input, from);
    int64_t index = 0;
    for (from[axis] = 1; from[axis] < size; ++from[axis]) {
      double x = elementAt(input, from);
      if (wins(x, best) || (op.getSelectLastIndex() && x == best)) {
        best = x;
        index = from[axis];
      }
    }
    result.values[offsetOf(kept, at)] = static_cast<double>(index);
  });
  if (!op.getKeepdims())
    result.shape.erase(result.shape.begin() + axis);
  return success();
}

LogicalResult ArgMaxOp::evaluate(Operands operands, Results results) {
  return findAlong(*this, operands, results[0], std::greater<double>());
}

LogicalResult ArgMinOp::evaluate(Operands operands, Results results) {
  return findAlong(*this, operands, results[0], std::less<double>());
}

//===----------------------------------------------------------------------===//
// Of the shape of the operand
//===----------------------------------------------------------------------===//

/// Calls `body` for each row along the axis: with where its elements lie.
template <typename OpTy>
static LogicalResult
forEachRow(OpTy op, const ReferenceTensor &input,
           llvm::function_ref<void(ArrayRef<int64_t>)> body) {
  int64_t axis = op.getAxis(), rank = input.rank();
  // The flattening form may name the end: one element each.
  if (!(op.getFlatten() && axis == rank) &&
      failed(normalizeAxisOf(op, axis, rank)))
    return failure();
  // outer x axis x inner; before opset 13 all from the axis on is one.
  int64_t sizes[] = {1, 1, 1};
  for (int64_t d = 0; d < rank; ++d)
    sizes[d < axis                       ? 0
          : d == axis || op.getFlatten() ? 1
                                         : 2] *= input.shape[d];
  forEach({sizes[0], sizes[2]}, [&](ArrayRef<int64_t> at) {
    Coordinates row;
    for (int64_t k = 0; k < sizes[1]; ++k)
      row.push_back((at[0] * sizes[1] + k) * sizes[2] + at[1]);
    body(row);
  });
  return success();
}

LogicalResult SoftmaxOp::evaluate(Operands operands, Results results) {
  const ReferenceTensor &input = *operands[0];
  results[0].resize(input.shape);
  return forEachRow(*this, input, [&](ArrayRef<int64_t> row) {
    double largest = -HUGE_VAL, sum = 0;
    for (int64_t i : row)
      largest = maximum(largest, input.values[i]);
    for (int64_t i : row)
      sum += std::exp(input.values[i] - largest);
    for (int64_t i : row)
      results[0].values[i] = std::exp(input.values[i] - largest) / sum;
  });
}

LogicalResult HardmaxOp::evaluate(Operands operands, Results results) {
  const ReferenceTensor &input = *operands[0];
  results[0].resize(input.shape);
  return forEachRow(*this, input, [&](ArrayRef<int64_t> row) {
    if (row.empty())
      return;
    int64_t best = row.front();
    for (int64_t i : row)
      if (input.values[i] > input.values[best])
        best = i;
    results[0].values[best] = 1;
  });
}

LogicalResult CumSumOp::evaluate(Operands operands, Results results) {
  const ReferenceTensor &input = *operands[0];
  if (operands[1]->size() != 1)
    return emitError("has an axis that is not a scalar");
  int64_t axis = operands[1]->asInt(0);
  if (failed(normalizeAxisOf(*this, axis, input.rank())))
    return failure();
  results[0].resize(input.shape);
  forEach(input.shape, [&](ArrayRef<int64_t> at) {
    Coordinates from(at);
    double sum = 0;
    for (int64_t k = 0; k < input.shape[axis]; ++k) {
      bool counts = getReverse() ? k > at[axis] : k < at[axis];
      from[axis] = k;
      if (counts || (!getExclusive() && k == at[axis]))
        sum += elementAt(input, from);
    }
    results[0].values[offsetOf(input.shape, at)] = sum;
  });
  return success();
}

LogicalResult LrnOp::evaluate(Operands operands, Results results) {
  const ReferenceTensor &input = *operands[0];
  if (input.rank() < 2)
    return emitError("has no channels");
  double alpha = getAlpha().convertToFloat(), beta = getBeta().convertToFloat(),
         bias = getBias().convertToFloat();
  int64_t before = (getSize() - 1) / 2;
  results[0].resize(input.shape);
  forEach(input.shape, [&](ArrayRef<int64_t> at) {
    Coordinates from(at);
    double sum = 0;
    for (int64_t c = 0; c < input.shape[1]; ++c) {
      from[1] = c;
      if (c >= at[1] - before && c < at[1] - before + getSize())
        sum += elementAt(input, from) * elementAt(input, from);
    }
    results[0].values[offsetOf(input.shape, at)] =
        elementAt(input, at) /
        std::pow(bias + alpha / static_cast<double>(getSize()) * sum, beta);
  });
  return success();
}

//===----------------------------------------------------------------------===//
// Losses
//===----------------------------------------------------------------------===//

LogicalResult PickClassOp::evaluate(Operands operands, Results results) {
  const ReferenceTensor &input = *operands[0], &target = *operands[1];
  bool isWeight = input.rank() == 1;
  if (!isWeight && input.rank() != target.rank() + 1)
    return emitError("has a target of the wrong rank");
  int64_t classes = input.shape[isWeight ? 0 : 1];
  bool isOutside = false;
  results[0].resize(target.shape);
  forEach(target.shape, [&](ArrayRef<int64_t> at) {
    int64_t offset = offsetOf(target.shape, at), chosen = target.asInt(offset);
    if (getIgnoreIndex() && chosen == *getIgnoreIndex())
      return;
    Coordinates from = {chosen};
    if (!isWeight) {
      from.assign(at.begin(), at.end());
      from.insert(from.begin() + 1, chosen);
    }
    if (chosen < 0 || chosen >= classes)
      isOutside = true;
    else
      results[0].values[offset] = elementAt(input, from);
  });
  if (isOutside)
    return emitError("has a target that is no class");
  return success();
}

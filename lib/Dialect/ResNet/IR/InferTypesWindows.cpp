//===- InferTypesWindows.cpp - Convolutions, pools, matrix products -------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "InferWindows.h"
#include "llvm/ADT/SmallBitVector.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace resnetc::resnet {

LogicalResult checkList(MaybeLoc loc, StringRef name, ArrayRef<int64_t> list,
                        size_t length, int64_t least, bool mayBeUnknown) {
  if (list.size() != length)
    return emitOptionalError(loc, name, " has ", list.size(), " elements, but ",
                             length, " are needed");
  for (int64_t value : list)
    if ((value < least || value > maxWindowNumber) &&
        !(mayBeUnknown && isDynamic(value)))
      return emitOptionalError(loc, name, " contains ", value);
  return success();
}

LogicalResult inferWindows(MaybeLoc loc, ArrayRef<int64_t> input,
                           const WindowAttributes &attrs, Dims &result) {
  size_t rank = input.size() - 2;
  if (failed(checkList(loc, "the kernel shape", attrs.kernel, rank, 1,
                       attrs.kernelMayBeUnknown)) ||
      failed(checkList(loc, "strides", attrs.strides, rank, 1)) ||
      failed(checkList(loc, "dilations", attrs.dilations, rank, 1)) ||
      failed(checkList(loc, "pads", attrs.pads, 2 * rank, 0)))
    return failure();
  if (!llvm::is_contained({"NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER"},
                          attrs.autoPad))
    return emitOptionalError(loc, "auto_pad is '", attrs.autoPad, "'");
  for (size_t i = 0; i < rank; ++i) {
    WindowDimension window{input[i + 2],     attrs.kernel[i],
                           attrs.strides[i], attrs.dilations[i],
                           attrs.pads[i],    attrs.pads[i + rank]};
    bool same = attrs.autoPad.starts_with("SAME");
    if (isDynamic(window.size) || (isDynamic(window.kernel) && !same)) {
      result.push_back(ShapedType::kDynamic);
      continue;
    }
    if (window.size > maxWindowNumber)
      return emitOptionalError(loc, "dimension ", i + 2, " of the input is ",
                               window.size, ", which is too large");
    if (same) {
      result.push_back((window.size + window.stride - 1) / window.stride);
      continue;
    }
    resolveAutoPad(attrs.autoPad, window);
    int64_t windows = countWindows(window, attrs.ceilMode);
    if (windows < 1)
      return emitOptionalError(loc, "a window of ", window.extent(),
                               " does not fit dimension ", i + 2, ", which is ",
                               window.size + window.padBegin + window.padEnd,
                               " with padding");
    result.push_back(windows);
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Convolution
//===----------------------------------------------------------------------===//

LogicalResult ConvOp::inferReturnTypes(MLIRContext *, MaybeLoc loc,
                                       Adaptor adaptor, Types &types) {
  Value inputValue = adaptor.getInput(), weightValue = adaptor.getWeight();
  if (failed(sameElementType(loc, "the weight", weightValue, inputValue)))
    return failure();
  if (Value bias = adaptor.getBias())
    if (failed(sameElementType(loc, "the bias", bias, inputValue)))
      return failure();
  Type element = elementType(inputValue);
  auto input = shapeOf(inputValue), weight = shapeOf(weightValue);
  if (!input && !weight)
    return addUnranked(types, element);
  size_t rank = input ? input->size() : weight->size();
  if (rank < 3)
    return emitOptionalError(loc, input ? "the input" : "the weight",
                             " has rank ", rank, ", but at least 3 is needed");
  if (input && weight && weight->size() != rank)
    return emitOptionalError(loc, "the weight has rank ", weight->size(),
                             ", but the input has rank ", rank);
  Dims unknown(rank, ShapedType::kDynamic);
  ArrayRef<int64_t> in = input.value_or(unknown), w = weight.value_or(unknown);

  int64_t group = adaptor.getGroup();
  if (group < 1 || group > maxWindowNumber)
    return emitOptionalError(loc, "group is ", group);
  bool channelsKnown = !isDynamic(in[1]) && !isDynamic(w[1]);
  if (channelsKnown && (in[1] % group != 0 || in[1] / group != w[1]))
    return emitOptionalError(loc, "the weight has ", w[1],
                             " input channels, but the input has ", in[1],
                             " in ", group, " group(s)");
  if (!isDynamic(w[0]) && w[0] % group != 0)
    return emitOptionalError(loc, "the weight has ", w[0],
                             " output channels, which is no multiple of the ",
                             group, " groups");
  Dims result = {in[0], w[0]};
  WindowAttributes attrs{w.drop_front(2), adaptor.getStrides(),
                         adaptor.getPads(), adaptor.getDilations(),
                         adaptor.getAutoPad()};
  attrs.kernelMayBeUnknown = true;
  if (failed(inferWindows(loc, in, attrs, result)))
    return failure();
  return addTensor(types, loc, result, element);
}

LogicalResult ConvTransposeOp::inferReturnTypes(MLIRContext *, MaybeLoc loc,
                                                Adaptor adaptor, Types &types) {
  Value inputValue = adaptor.getInput(), weightValue = adaptor.getWeight();
  if (failed(sameElementType(loc, "the weight", weightValue, inputValue)))
    return failure();
  Type element = elementType(inputValue);
  auto input = shapeOf(inputValue), weight = shapeOf(weightValue);
  if (!input || !weight)
    return addUnranked(types, element);
  if (input->size() < 3 || weight->size() != input->size())
    return emitOptionalError(loc, "the input has rank ", input->size(),
                             " and the weight ", weight->size());
  ArrayRef<int64_t> in = *input, w = *weight;
  int64_t group = adaptor.getGroup();
  if (group < 1 || group > maxWindowNumber)
    return emitOptionalError(loc, "group is ", group);
  if (!mayAgree(in[1], w[0]) || (!isDynamic(w[0]) && w[0] % group != 0))
    return emitOptionalError(loc, "the weight has ", w[0],
                             " input channels, but the input has ", in[1],
                             " in ", group, " group(s)");
  if (isDynamic(w[1]) || w[1] > maxWindowNumber)
    return emitOptionalError(loc, "the weight has ", w[1],
                             " output channels a group");
  Dims result = {in[0], w[1] * group};
  if (Value bias = adaptor.getBias()) {
    if (failed(sameElementType(loc, "the bias", bias, inputValue)))
      return failure();
    auto shape = shapeOf(bias);
    if (shape && (shape->size() != 1 || !mayAgree(shape->front(), result[1])))
      return emitOptionalError(loc, "the bias has shape ", toString(*shape),
                               ", but there are ", result[1],
                               " output channels");
  }
  size_t rank = in.size() - 2;
  ArrayRef<int64_t> pads = adaptor.getPads();
  if (failed(checkList(loc, "the kernel shape", w.drop_front(2), rank, 1)) ||
      failed(checkList(loc, "strides", adaptor.getStrides(), rank, 1)) ||
      failed(checkList(loc, "dilations", adaptor.getDilations(), rank, 1)) ||
      failed(checkList(loc, "output_padding", adaptor.getOutputPadding(), rank,
                       0)) ||
      failed(checkList(loc, "pads", pads, 2 * rank, -maxWindowNumber)))
    return failure();
  for (size_t i = 0; i < rank; ++i) {
    int64_t size = in[2 + i];
    if (isDynamic(size)) {
      result.push_back(size);
      continue;
    }
    if (size < 1 || size > maxWindowNumber)
      return emitOptionalError(loc, "dimension ", i + 2, " of the input is ",
                               size);
    int64_t extent = (w[2 + i] - 1) * adaptor.getDilations()[i] + 1;
    int64_t length = (size - 1) * adaptor.getStrides()[i] + extent +
                     adaptor.getOutputPadding()[i] - pads[i] - pads[rank + i];
    if (length < 1)
      return emitOptionalError(loc, "the pads leave nothing of dimension ",
                               i + 2);
    result.push_back(length);
  }
  return addTensor(types, loc, result, element);
}

LogicalResult ConvOp::verify() {
  auto result = dyn_cast<RankedTensorType>(getType());
  auto bias = getBias() ? shapeOf(getBias()) : std::nullopt;
  if (bias && bias->size() != 1)
    return emitError("the bias has rank ") << bias->size() << ", not 1";
  if (bias && result && !mayAgree(bias->front(), result.getDimSize(1)))
    return emitError("the bias has ")
           << bias->front() << " elements, but there are "
           << result.getDimSize(1) << " output channels";
  if (Value residual = getResidual())
    if (!areCompatible(residual.getType(), getType()))
      return emitError("the residual is ")
             << residual.getType() << ", but the result is " << getType();
  return success();
}

//===----------------------------------------------------------------------===//
// Pools
//===----------------------------------------------------------------------===//

template <typename Adaptor>
static LogicalResult inferPool(MaybeLoc loc, Adaptor adaptor, Types &types) {
  Type element = elementType(adaptor.getInput());
  auto input = shapeOf(adaptor.getInput());
  if (!input)
    return addUnranked(types, element);
  if (input->size() < 3)
    return emitOptionalError(loc, "the input has rank ", input->size(),
                             ", but at least 3 is needed");
  WindowAttributes attrs{adaptor.getKernelShape(), adaptor.getStrides(),
                         adaptor.getPads(),        adaptor.getDilations(),
                         adaptor.getAutoPad(),     adaptor.getCeilMode()};
  Dims result = {(*input)[0], (*input)[1]};
  if (failed(inferWindows(loc, *input, attrs, result)))
    return failure();
  return addTensor(types, loc, result, element);
}

LogicalResult MaxPoolOp::inferReturnTypes(MLIRContext *, MaybeLoc loc,
                                          Adaptor adaptor, Types &types) {
  return inferPool(loc, adaptor, types);
}

LogicalResult AvgPoolOp::inferReturnTypes(MLIRContext *, MaybeLoc loc,
                                          Adaptor adaptor, Types &types) {
  return inferPool(loc, adaptor, types);
}

LogicalResult MaxPoolIndicesOp::inferReturnTypes(MLIRContext *context,
                                                 MaybeLoc loc, Adaptor adaptor,
                                                 Types &types) {
  SmallVector<Type> pool;
  if (failed(inferPool(loc, adaptor, pool)))
    return failure();
  types.push_back(
      cast<ShapedType>(pool.front()).clone(IntegerType::get(context, 64)));
  return success();
}

LogicalResult MaxUnpoolOp::inferReturnTypes(MLIRContext *, MaybeLoc loc,
                                            Adaptor adaptor, Types &types) {
  ArrayRef<int64_t> output = adaptor.getOutputShape(),
                    indexed = adaptor.getIndexedShape();
  auto input = shapeOf(adaptor.getInput()),
       indices = shapeOf(adaptor.getIndices());
  if (!elementType(adaptor.getIndices()).isInteger(64))
    return emitOptionalError(loc, "the indices are no 64-bit integers");
  if (input && indices && *input != *indices)
    return emitOptionalError(loc, "the indices have shape ", toString(*indices),
                             ", but the input has ", toString(*input));
  bool fits = output.size() == indexed.size() && output.size() > 2 &&
              (!input || input->size() == output.size());
  for (size_t i = 0; fits && i < output.size(); ++i)
    fits = indexed[i] > 0 && indexed[i] <= output[i] &&
           (i > 1 || !input || (*input)[i] == output[i]);
  if (!fits)
    return emitOptionalError(loc, "output_shape ", toString(output),
                             " does not fit what was pooled, of shape ",
                             toString(indexed));
  return addTensor(types, loc, output, elementType(adaptor.getInput()));
}

LogicalResult verifyPoolPads(Operation *op, ArrayRef<int64_t> kernel,
                             ArrayRef<int64_t> pads,
                             ArrayRef<int64_t> dilations) {
  if (pads.size() != 2 * kernel.size() || dilations.size() != kernel.size())
    return success(); // left to the inference
  for (size_t i = 0; i < kernel.size(); ++i) {
    int64_t last; // element of the window
    if (kernel[i] < 1 || dilations[i] < 1 ||
        llvm::MulOverflow(kernel[i] - 1, dilations[i], last))
      return success(); // left to the inference
    if (pads[i] > last || pads[i + kernel.size()] > last)
      return op->emitError("the padding of dimension ")
             << i + 2 << " is not smaller than the window of " << last + 1;
  }
  return success();
}

template <typename Op> static LogicalResult verifyPool(Op op) {
  if (op.getAutoPad() != "NOTSET")
    return success(); // left to the inference
  return verifyPoolPads(op, op.getKernelShape(), op.getPads(),
                        op.getDilations());
}

LogicalResult MaxPoolOp::verify() { return verifyPool(*this); }
LogicalResult AvgPoolOp::verify() { return verifyPool(*this); }

LogicalResult GlobalAvgPoolOp::inferReturnTypes(MLIRContext *, MaybeLoc loc,
                                                Adaptor adaptor, Types &types) {
  auto input = shapeOf(adaptor.getInput());
  if (!input)
    return addUnranked(types, elementType(adaptor.getInput()));
  if (input->size() < 2)
    return emitOptionalError(loc, "the input has rank ", input->size(),
                             ", but at least 2 is needed");
  Dims result(input->size(), 1);
  result[0] = (*input)[0];
  result[1] = (*input)[1];
  return addTensor(types, loc, result, elementType(adaptor.getInput()));
}

//===----------------------------------------------------------------------===//
// Matrix products
//===----------------------------------------------------------------------===//

static LogicalResult checkInner(MaybeLoc loc, int64_t a, int64_t b) {
  if (mayAgree(a, b))
    return success();
  return emitOptionalError(loc, "a has ", a, " columns, but b has ", b,
                           " rows");
}

LogicalResult GemmOp::inferReturnTypes(MLIRContext *, MaybeLoc loc,
                                       Adaptor adaptor, Types &types) {
  Type element = elementType(adaptor.getA());
  if (failed(sameElementType(loc, "b", adaptor.getB(), adaptor.getA())))
    return failure();
  auto a = shapeOf(adaptor.getA()), b = shapeOf(adaptor.getB());
  for (auto shape : {a, b})
    if (shape && shape->size() != 2)
      return emitOptionalError(loc, "an operand has rank ", shape->size(),
                               ", but must be a matrix");
  Dims unknown(2, ShapedType::kDynamic);
  ArrayRef<int64_t> x = a.value_or(unknown), y = b.value_or(unknown);
  bool transA = adaptor.getTransA(), transB = adaptor.getTransB();
  if (failed(checkInner(loc, x[transA ? 0 : 1], y[transB ? 1 : 0])))
    return failure();
  Dims result = {x[transA ? 1 : 0], y[transB ? 0 : 1]};
  if (Value cValue = adaptor.getC()) {
    if (failed(sameElementType(loc, "c", cValue, adaptor.getA())))
      return failure();
    if (auto c = shapeOf(cValue)) {
      bool fits = c->size() <= 2;
      for (size_t i = 1; fits && i <= c->size(); ++i) {
        int64_t size = (*c)[c->size() - i];
        fits = size == 1 || mayAgree(size, result[2 - i]);
      }
      if (!fits)
        return emitOptionalError(loc, "c of shape ", toString(*c),
                                 " cannot be broadcast to ", toString(result));
    }
  }
  return addTensor(types, loc, result, element);
}

LogicalResult GemmOp::verify() { return success(); }

LogicalResult MatMulOp::inferReturnTypes(MLIRContext *, MaybeLoc loc,
                                         Adaptor adaptor, Types &types) {
  Type element = elementType(adaptor.getA());
  if (failed(sameElementType(loc, "b", adaptor.getB(), adaptor.getA())))
    return failure();
  auto a = shapeOf(adaptor.getA()), b = shapeOf(adaptor.getB());
  if ((a && a->empty()) || (b && b->empty()))
    return emitOptionalError(loc, "an operand is a scalar");
  if (!a || !b)
    return addUnranked(types, element);
  // NumPy makes a vector a matrix of one row (left) or column (right), and
  // drops that dimension from the result.
  Dims x(*a), y(*b);
  if (a->size() == 1)
    x.insert(x.begin(), 1);
  if (b->size() == 1)
    y.push_back(1);
  if (failed(checkInner(loc, x.back(), y[y.size() - 2])))
    return failure();
  FailureOr<Dims> result =
      broadcast(loc, ArrayRef(x).drop_back(2), ArrayRef(y).drop_back(2));
  if (failed(result))
    return failure();
  if (a->size() > 1)
    result->push_back(x[x.size() - 2]);
  if (b->size() > 1)
    result->push_back(y.back());
  return addTensor(types, loc, *result, element);
}

LogicalResult EinsumOp::inferReturnTypes(MLIRContext *, MaybeLoc loc,
                                         Adaptor adaptor, Types &types) {
  ValueRange inputs = adaptor.getInputs();
  auto labels = adaptor.getLabels().getAsRange<DenseI64ArrayAttr>();
  constexpr int64_t maxLabels = 64;
  int64_t rank = adaptor.getRank();
  if (inputs.empty() || inputs.size() != adaptor.getLabels().size() ||
      rank < 0 || rank > maxLabels)
    return emitOptionalError(loc, "needs names for the dimensions of each "
                                  "operand");
  Type element = elementType(inputs.front());
  Dims sizes(maxLabels, 1);
  llvm::SmallBitVector named(maxLabels);
  for (auto [input, names] : llvm::zip_equal(inputs, labels)) {
    if (failed(sameElementType(loc, "an operand", input, inputs.front())))
      return failure();
    auto shape = shapeOf(input);
    if (!shape)
      return addUnranked(types, element);
    if (shape->size() != static_cast<size_t>(names.size()))
      return emitOptionalError(loc, "an operand has rank ", shape->size(),
                               ", but ", names.size(), " names");
    for (auto [size, name] : llvm::zip_equal(*shape, names.asArrayRef())) {
      if (name < 0 || name >= maxLabels)
        return emitOptionalError(loc, "a name is ", name);
      if (sizes[name] != 1 && size != 1 && !mayAgree(sizes[name], size))
        return emitOptionalError(loc, "a dimension is both ", sizes[name],
                                 " and ", size);
      if (!named[name] || sizes[name] == 1 || isDynamic(sizes[name]))
        sizes[name] = size;
      named.set(name);
    }
  }
  for (int64_t i = 0; i < rank; ++i)
    if (!named[i])
      return emitOptionalError(loc, "dimension ", i,
                               " of the result is none of an operand");
  return addTensor(types, loc, ArrayRef(sizes).take_front(rank), element);
}

} // namespace resnetc::resnet

//===- ElementwiseToKernel.cpp - Elementwise operations on memory ---------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ElementwiseToKernel.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/Support/MathExtras.h"
#include <cmath>

using namespace mlir;
using namespace resnetc;
using namespace resnetc::resnet;

namespace {

/// An operand of a map: memory, and where in its planes the data starts.
struct MapOperand {
  Value buffer;
  int64_t top = 0, left = 0;
};

/// Creates a `kernel.map` for an operation on images and constants.
class MapBuilder {
public:
  MapBuilder(Operation *op, NetworkBuilder &builder)
      : op(op), builder(builder) {}

  /// Makes the memory of the result; must come first.
  LogicalResult createOutput();
  /// Adds an operand of the operation.
  LogicalResult add(Value value);
  /// Adds a parameter with a value for each channel.
  void addPerChannel(StringRef name, llvm::function_ref<float(int64_t)> value);
  void create(MapBody body);

private:
  bool isBlocked() const { return output.isBlocked(); }
  /// Whether the result is one for all examples, and so are its operands.
  bool isShared() const { return builder.isTraining() && !output.isExample; }
  /// The dimensions that the map runs over: a plain vector is a row.
  SmallVector<int64_t> mapShape(ArrayRef<int64_t> shape) const;
  LogicalResult addConstant(const FloatConstant &constant,
                            RankedTensorType type);
  LogicalResult addShared(const Image &image);
  LogicalResult addToShared(Value value);

  Operation *op;
  NetworkBuilder &builder;
  Image output;
  SmallVector<MapOperand> inputs;
};

} // namespace

SmallVector<int64_t> MapBuilder::mapShape(ArrayRef<int64_t> shape) const {
  if (isShared()) {
    // The first dimension is what threads share out among them.
    int64_t rows = shape.size() < 2 ? 1 : shape.front(), columns = 1;
    for (int64_t size : shape.drop_front(shape.size() < 2 ? 0 : 1))
      columns *= size;
    if (columns == 1)
      std::swap(rows, columns);
    return {rows, columns};
  }
  if (!isBlocked() && shape.size() > 3) {
    int64_t elements = 1;
    for (int64_t size : shape)
      elements *= size;
    return {1, elements};
  }
  SmallVector<int64_t> result(shape);
  while (result.size() < 2)
    result.insert(result.begin(), 1);
  return result;
}

LogicalResult MapBuilder::createOutput() {
  FailureOr<Image> image = builder.create(op->getResult(0));
  if (failed(image))
    return failure();
  output = *image;
  if (!output.getType().getElementType().isF32())
    return op->emitError("computes another type than f32");
  if (output.getType().getNumElements() == 0)
    return op->emitError("computes nothing");
  return success();
}

/// An operand of a result that is shared: of its shape, or one element.
LogicalResult MapBuilder::addToShared(Value value) {
  auto type = cast<RankedTensorType>(value.getType());
  bool isOne = type.getNumElements() == 1;
  if (!isOne && type.getShape() != ArrayRef<int64_t>(output.shape))
    return op->emitError("broadcasts an operand of more than one element");
  SmallVector<int64_t> shape = {1, 1};
  if (!isOne)
    shape = mapShape(output.shape);
  if (std::optional<FloatConstant> constant = getFloats(value)) {
    inputs.push_back(
        {builder.weight(shape, "constant", [&](MutableArrayRef<float> to) {
          llvm::copy(constant->values(), to.begin());
        })});
    return success();
  }
  Type element = memoryType(type.getElementType());
  bool isCondition = isOne && type.getElementType().isInteger(1);
  if (!builder.has(value) || !(element.isF32() || isCondition))
    return op->emitError("has an operand of another type than f32");
  inputs.push_back({builder.view(builder.get(value).buffer,
                                 MemRefType::get(shape, element))});
  return success();
}

LogicalResult MapBuilder::add(Value value) {
  if (isShared())
    return addToShared(value);
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (std::optional<FloatConstant> constant = getFloats(value))
    return addConstant(*constant, type);
  if (!builder.has(value))
    return op->emitError("has a constant operand of another type than f32");
  Image image = builder.get(value);
  if (builder.isTraining() && !image.isExample)
    return addShared(image);
  if (image.shape.size() != output.shape.size())
    return op->emitError("broadcasts operands of different ranks");
  // One channel that is broadcast to blocks lies in none.
  bool isBroadcast = output.isBlocked() && !image.isBlocked() &&
                     image.channels() == 1 && output.channels() != 1;
  if (isBroadcast) {
    auto plane = MemRefType::get({1, image.height(), image.width(), 1},
                                 image.getType().getElementType());
    inputs.push_back({builder.view(image.buffer, plane)});
    return success();
  }
  if (image.block != output.block)
    return op->emitError("has operands in different layouts");
  // More than three dimensions run as one, so they must all be the same.
  if (!isBlocked() && output.shape.size() > 3 && image.shape != output.shape)
    return op->emitError("broadcasts more than three dimensions");
  auto memory = cast<MemRefType>(image.buffer.getType());
  Value buffer = image.buffer;
  if (!isBlocked())
    buffer = builder.view(buffer, MemRefType::get(mapShape(memory.getShape()),
                                                  memory.getElementType()));
  inputs.push_back({buffer, image.top, image.left});
  return success();
}

/// A constant as memory of the map's rank, with dimensions of size 1 where it
/// is broadcast, in blocks if the output is.
LogicalResult MapBuilder::addConstant(const FloatConstant &constant,
                                      RankedTensorType type) {
  int64_t rank = static_cast<int64_t>(output.shape.size());
  // Aligned at the end; before are the batch, and what must be 1.
  SmallVector<int64_t> shape(type.getShape());
  while (!shape.empty() && static_cast<int64_t>(shape.size()) > rank) {
    if (shape.front() != 1)
      return op->emitError("has a constant operand with a batch");
    shape.erase(shape.begin());
  }
  while (static_cast<int64_t>(shape.size()) < rank)
    shape.insert(shape.begin(), 1);
  if (!isBlocked() && rank > 3 && constant.size() != 1 &&
      ArrayRef<int64_t>(shape) != ArrayRef<int64_t>(output.shape))
    return op->emitError("broadcasts more than three dimensions");
  if (!isBlocked()) {
    SmallVector<int64_t> memory = mapShape(shape);
    inputs.push_back(
        {builder.weight(memory, "constant", [&](MutableArrayRef<float> to) {
          llvm::copy(constant.values(), to.begin());
        })});
    return success();
  }
  while (shape.size() < 3)
    shape.push_back(1);
  int64_t lanes = shape[0] == 1 ? 1 : output.block;
  int64_t blocks = llvm::divideCeilSigned(shape[0], lanes);
  int64_t plane = shape[1] * shape[2];
  Value buffer =
      builder.weight({blocks, shape[1], shape[2], lanes}, "constant",
                     [&](MutableArrayRef<float> to) {
                       for (int64_t c = 0; c < shape[0]; ++c)
                         for (int64_t i = 0; i < plane; ++i)
                           to[(c / lanes * plane + i) * lanes + c % lanes] =
                               constant[c * plane + i];
                     });
  inputs.push_back({buffer});
  return success();
}

/// What all examples share: a number, or one for each channel.
LogicalResult MapBuilder::addShared(const Image &image) {
  Type element = image.getType().getElementType();
  size_t rank = isBlocked() ? 4 : mapShape(output.shape).size();
  int64_t elements = image.elements();
  if (elements == 1) {
    SmallVector<int64_t> ones(rank, 1);
    inputs.push_back(
        {builder.view(image.buffer, MemRefType::get(ones, element))});
    return success();
  }
  // Aligned at the end, the batch before: C x 1 x 1, or C of a matrix.
  SmallVector<int64_t> shape(image.shape);
  if (shape.size() == output.shape.size() + 1 && shape.front() == 1)
    shape.erase(shape.begin());
  bool isPerChannel = shape.size() == output.shape.size() &&
                      shape.front() == output.channels() &&
                      elements == output.channels();
  // More than three dimensions run as one.
  if (!isPerChannel || (!isBlocked() && output.shape.size() > 3))
    return op->emitError("has a shared operand that is no number, nor one for "
                         "each channel");
  if (!isBlocked()) {
    inputs.push_back({builder.view(image.buffer,
                                   MemRefType::get(mapShape(shape), element))});
    return success();
  }
  int64_t block = output.block;
  auto type = MemRefType::get(
      {llvm::divideCeilSigned(elements, block), 1, 1, block}, element);
  if (elements % block == 0) {
    inputs.push_back({builder.view(image.buffer, type)});
    return success();
  }
  Value padded = builder.createBuffer(type, image);
  kernel::FillOp::create(builder.b, padded);
  int64_t size[] = {elements, 1, 1}, zeros[] = {0, 0, 0};
  int64_t steps[] = {1, 1, 1}, perm[] = {0, 1, 2}, base[] = {0, 0};
  kernel::CopyOp::create(
      builder.b, builder.view(image.buffer, MemRefType::get(size, element)),
      padded, size, size, zeros, zeros, steps, APFloat(0.0f), perm, base);
  inputs.push_back({padded});
  return success();
}

void MapBuilder::addPerChannel(StringRef name,
                               llvm::function_ref<float(int64_t)> value) {
  int64_t channels = output.channels();
  auto fill = [&](MutableArrayRef<float> to) {
    for (int64_t c = 0; c < channels; ++c)
      to[c] = value(c);
  };
  SmallVector<int64_t> shape;
  if (isBlocked())
    shape = {llvm::divideCeilSigned(channels, output.block), 1, 1,
             output.block};
  else if (output.shape.size() == 1)
    shape = {1, channels};
  else
    shape.assign(output.shape.size(), 1), shape[0] = channels;
  inputs.push_back({builder.weight(shape, name, fill)});
}

void MapBuilder::create(MapBody body) {
  ImplicitLocOpBuilder &b = builder.b;
  MemRefType memory = output.getType();
  Value buffer = output.buffer;
  SmallVector<int64_t> size = mapShape(output.shape);
  if (isBlocked())
    size = {memory.getDimSize(0), output.height(), output.width(),
            output.block};
  else
    buffer = builder.view(buffer, MemRefType::get(mapShape(memory.getShape()),
                                                  memory.getElementType()));
  SmallVector<Value> buffers;
  SmallVector<int64_t> offsets;
  for (const MapOperand &input : inputs) {
    buffers.push_back(input.buffer);
    offsets.append({input.top, input.left});
  }
  offsets.append({output.top, output.left});
  auto map = kernel::MapOp::create(b, buffers, buffer, size, offsets);
  OpBuilder::InsertionGuard guard(b);
  Block *block = b.createBlock(&map.getBody());
  SmallVector<Value> values;
  for (Value operand : buffers) {
    Type type = cast<MemRefType>(operand.getType()).getElementType();
    Value value = block->addArgument(type, b.getLoc());
    // A boolean is a byte in memory.
    if (type.isInteger(8)) {
      Value zero = arith::ConstantOp::create(b, b.getZeroAttr(type));
      value = arith::CmpIOp::create(b, arith::CmpIPredicate::ne, value, zero);
    }
    values.push_back(value);
  }
  kernel::YieldOp::create(b, body(b, values));
}

//===----------------------------------------------------------------------===//
// Operations
//===----------------------------------------------------------------------===//

static Value constant(ImplicitLocOpBuilder &b, float value) {
  return arith::ConstantOp::create(b, b.getF32FloatAttr(value));
}

LogicalResult resnetc::buildMap(Operation *op, NetworkBuilder &builder,
                                MapBody body) {
  MapBuilder map(op, builder);
  if (failed(map.createOutput()))
    return failure();
  for (Value operand : op->getOperands())
    if (failed(map.add(operand)))
      return failure();
  map.create(body);
  return success();
}

namespace {

struct ClipToKernel
    : KernelConversionOpInterface::ExternalModel<ClipToKernel, ClipOp> {
  LogicalResult buildKernels(Operation *operation,
                             NetworkBuilder &builder) const {
    auto op = cast<ClipOp>(operation);
    std::optional<FloatConstant> min = getFloats(op.getMin()),
                                 max = getFloats(op.getMax());
    if ((op.getMin() && (!min || min->size() != 1)) ||
        (op.getMax() && (!max || max->size() != 1)))
      return op->emitError("has a limit that is not a constant scalar");
    MapBuilder map(op, builder);
    if (failed(map.createOutput()) || failed(map.add(op.getInput())))
      return failure();
    map.create([&](ImplicitLocOpBuilder &b, ValueRange values) {
      Value value = values[0];
      if (min)
        value = arith::MaximumFOp::create(b, value, constant(b, (*min)[0]));
      if (max)
        value = arith::MinimumFOp::create(b, value, constant(b, (*max)[0]));
      return value;
    });
    return success();
  }
};

/// A batch normalization that could not be folded: a product and a sum.
struct BatchNormToKernel
    : KernelConversionOpInterface::ExternalModel<BatchNormToKernel,
                                                 BatchNormOp> {
  LogicalResult buildKernels(Operation *operation,
                             NetworkBuilder &builder) const {
    auto op = cast<BatchNormOp>(operation);
    std::optional<FloatConstant> scale = getFloats(op.getScale()),
                                 offset = getFloats(op.getOffset()),
                                 mean = getFloats(op.getMean()),
                                 variance = getFloats(op.getVariance());
    if (!scale || !offset || !mean || !variance)
      return op->emitError("has parameters that are no constants of f32");
    auto type = cast<RankedTensorType>(op.getType());
    if (!type.getEncoding() && type.getRank() > 4)
      return op->emitError("has more than two spatial dimensions");
    double epsilon = op.getEpsilon().convertToFloat();
    auto factor = [&](int64_t c) {
      return (*scale)[c] / std::sqrt((*variance)[c] + epsilon);
    };
    MapBuilder map(op, builder);
    if (failed(map.createOutput()) || failed(map.add(op.getInput())))
      return failure();
    map.addPerChannel("scale",
                      [&](int64_t c) { return static_cast<float>(factor(c)); });
    map.addPerChannel("shift", [&](int64_t c) {
      return static_cast<float>((*offset)[c] - (*mean)[c] * factor(c));
    });
    map.create([](ImplicitLocOpBuilder &b, ValueRange values) -> Value {
      Value product = arith::MulFOp::create(b, values[0], values[1]);
      return arith::AddFOp::create(b, product, values[2]);
    });
    return success();
  }
};

} // namespace

void resnetc::registerElementwiseToKernel(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, ResNetDialect *) {
    ClipOp::attachInterface<ClipToKernel>(*context);
    BatchNormOp::attachInterface<BatchNormToKernel>(*context);
  });
}

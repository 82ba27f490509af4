//===- NetworkBuilder.cpp - Builds a network of kernels -------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NetworkBuilder.h"
#include "mlir/IR/Matchers.h"
#include "resnetc/Support/ConstantBytes.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace resnetc;
using namespace resnetc::kernel;
using resnetc::resnet::LayoutAttr;

Type resnetc::memoryType(Type element) {
  if (element.isInteger(1))
    return IntegerType::get(element.getContext(), 8);
  if (element.isUnsignedInteger())
    return IntegerType::get(element.getContext(),
                            element.getIntOrFloatBitWidth());
  return element;
}

int64_t Image::elements() const {
  int64_t product = 1;
  for (int64_t size : shape)
    product *= size;
  return product;
}

bool Image::isPlain() const {
  if (getType().getNumElements() != elements())
    return false;
  return !isBlocked() || height() * width() == 1;
}

FailureOr<Image> NetworkBuilder::describe(Type type, Location loc) const {
  auto tensor = dyn_cast<RankedTensorType>(type);
  bool needsBatch = kind == NetworkKind::Examples;
  if (!tensor || (tensor.getRank() == 0 && needsBatch))
    return emitError(loc) << "computes " << type
                          << ", which has no batch dimension; only constants "
                             "may be without";
  // A batch of 0 examples would be any batch.
  if (needsBatch && tensor.getDimSize(0) == 0)
    return emitError(loc) << "computes " << type << ", which has no examples";
  Image image;
  ArrayRef<int64_t> shape = tensor.getShape();
  if (isWhole())
    image.isExample = !shape.empty() && shape.front() == 1;
  else if (isTraining())
    image.isExample = !shape.empty() && ShapedType::isDynamic(shape.front());
  if (image.isExample)
    shape = shape.drop_front();
  image.shape.assign(shape.begin(), shape.end());
  if (llvm::any_of(image.shape, ShapedType::isDynamic))
    return emitError(loc) << "computes " << type
                          << ", whose shape is not known";
  if (auto layout = dyn_cast_if_present<LayoutAttr>(tensor.getEncoding())) {
    image.block = layout.getBlock();
    image.top = layout.getHalo()[0];
    image.left = layout.getHalo()[1];
  }
  return image;
}

MemRefType NetworkBuilder::bufferType(const Image &image,
                                      RankedTensorType type) {
  SmallVector<int64_t> shape(image.shape);
  if (auto layout = dyn_cast_if_present<LayoutAttr>(type.getEncoding())) {
    ArrayRef<int64_t> halo = layout.getHalo();
    shape = {image.channels(), image.height() + halo[0] + halo[2],
             image.width() + halo[1] + halo[3]};
    if (layout.getBlock() > 1) {
      shape[0] = llvm::divideCeilSigned(shape[0], layout.getBlock());
      shape.push_back(layout.getBlock());
    }
  }
  return MemRefType::get(shape, memoryType(type.getElementType()));
}

FailureOr<Image> NetworkBuilder::describeResult(Value tensor) const {
  FailureOr<Image> image = describe(tensor.getType(), tensor.getLoc());
  if (failed(image) || isWhole() || !batch)
    return image;
  auto hasBatch = [&](Value value) {
    auto type = cast<RankedTensorType>(value.getType());
    return type.getRank() > 0 && type.getDimSize(0) == *batch;
  };
  // The operation that loses the batch is at fault, not those after it.
  Operation *op = tensor.getDefiningOp();
  bool isFirst = !op || llvm::all_of(op->getOperands(), [&](Value operand) {
    return !has(operand) || hasBatch(operand);
  });
  if (!isFirst || hasBatch(tensor))
    return image;
  auto type = cast<RankedTensorType>(tensor.getType());
  return emitError(tensor.getLoc())
         << "computes "
         << RankedTensorType::get(type.getShape(), type.getElementType())
         << ", whose first dimension is not the batch";
}

Value NetworkBuilder::createBuffer(MemRefType type, const Image &image) {
  bool isShared = isTraining() && !image.isExample;
  return BufferOp::create(b, type, /*offset=*/IntegerAttr(), isShared);
}

LogicalResult NetworkBuilder::createPlaceholder(Value tensor) {
  FailureOr<Image> image = describe(tensor.getType(), tensor.getLoc());
  if (failed(image))
    return failure();
  auto type = bufferType(*image, cast<RankedTensorType>(tensor.getType()));
  image->buffer = createBuffer(type, *image);
  images[tensor] = *image;
  return success();
}

FailureOr<Image> NetworkBuilder::create(Value tensor) {
  FailureOr<Image> image = describeResult(tensor);
  if (failed(image))
    return failure();
  MemRefType type =
      bufferType(*image, cast<RankedTensorType>(tensor.getType()));
  image->buffer = createBuffer(type, *image);
  bool hasHalo = image->shape.size() == 3 &&
                 type.getShape().slice(1, 2) !=
                     ArrayRef<int64_t>(image->shape).slice(1, 2);
  if (hasHalo)
    FillHaloOp::create(b, image->buffer,
                       ArrayRef<int64_t>{image->top, image->left},
                       ArrayRef<int64_t>{image->height(), image->width()});
  images[tensor] = *image;
  return image;
}

Value NetworkBuilder::view(Value buffer, MemRefType type) {
  if (buffer.getType() == type)
    return buffer;
  return ViewOp::create(b, type, buffer);
}

LogicalResult NetworkBuilder::setView(Value tensor, const Image &image) {
  FailureOr<Image> result = describeResult(tensor);
  if (failed(result))
    return failure();
  MemRefType type =
      bufferType(*result, cast<RankedTensorType>(tensor.getType()));
  if (type.getNumElements() != image.getType().getNumElements() ||
      (isTraining() && result->isExample != image.isExample))
    return emitError(tensor.getLoc(), "moves elements between examples of the "
                                      "batch");
  result->buffer = view(image.buffer, type);
  images[tensor] = *result;
  return success();
}

Value NetworkBuilder::weight(
    ArrayRef<int64_t> shape, StringRef name,
    llvm::function_ref<void(MutableArrayRef<float>)> fill) {
  auto type = RankedTensorType::get(shape, b.getF32Type());
  return weight(makeFloatConstant(type, name, fill));
}

Value NetworkBuilder::weight(ElementsAttr value) {
  auto type = cast<RankedTensorType>(value.getType());
  Type element = memoryType(type.getElementType());
  // What is not f32 lies there as its bytes; f32 is packed later.
  if (!type.getElementType().isF32())
    value = makeResource(type.clone(element), "constant", bytesOf(value));
  return WeightOp::create(b, MemRefType::get(type.getShape(), element), value,
                          /*offset=*/IntegerAttr());
}

std::optional<FloatConstant> resnetc::getFloats(Value value) {
  Attribute attr;
  if (!value || !matchPattern(value, m_Constant(&attr)))
    return std::nullopt;
  return FloatConstant::get(attr);
}

//===- Values.cpp - Inputs and results of functions -----------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Values.h"
#include "llvm/Support/EndianStream.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>
#include <random>

using namespace mlir;
using namespace resnetc;
using resnetc::resnet::ReferenceTensor;

/// Tensors of zeros for the arguments.
static FailureOr<Values> makeTensors(func::FuncOp function, int64_t batch) {
  Values tensors;
  for (BlockArgument argument : function.getArguments()) {
    auto type = dyn_cast<RankedTensorType>(argument.getType());
    if (!type || !isa<FloatType>(type.getElementType()))
      return function.emitError("has an argument that is no tensor of floats");
    ReferenceTensor tensor;
    tensor.elementType = type.getElementType();
    SmallVector<int64_t> shape(type.getShape());
    for (int64_t &size : shape)
      if (ShapedType::isDynamic(size))
        size = batch;
    tensor.resize(shape);
    tensors.push_back(std::move(tensor));
  }
  return tensors;
}

FailureOr<Values> resnetc::makeInputs(func::FuncOp function, int64_t batch) {
  FailureOr<Values> inputs = makeTensors(function, batch);
  if (failed(inputs))
    return failure();
  std::mt19937_64 engine(0);
  // Sums of uniform numbers, for a normal distribution that every standard
  // library agrees on.
  for (ReferenceTensor &tensor : *inputs)
    for (double &value : tensor.values) {
      for (int i = 0; i < 12; ++i)
        value += static_cast<double>(engine() >> 11) * 0x1p-53;
      value -= 6;
    }
  return inputs;
}

llvm::Expected<Values> resnetc::readInputs(func::FuncOp function, int64_t batch,
                                           StringRef path) {
  FailureOr<Values> inputs = makeTensors(function, batch);
  if (failed(inputs))
    return llvm::createStringError("the function cannot be evaluated");
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!buffer)
    return llvm::createStringError(path + ": " + buffer.getError().message());
  size_t count = 0;
  for (const ReferenceTensor &tensor : *inputs)
    count += tensor.values.size();
  StringRef bytes = (*buffer)->getBuffer();
  if (bytes.size() != count * sizeof(float))
    return llvm::createStringError(path + ": has " + Twine(bytes.size()) +
                                   " bytes, but the inputs take " +
                                   Twine(count * sizeof(float)));
  const char *next = bytes.data();
  for (ReferenceTensor &tensor : *inputs)
    for (double &value : tensor.values)
      value = llvm::support::endian::readNext<float, llvm::endianness::little>(
          next);
  return std::move(*inputs);
}

llvm::Error resnetc::writeResults(ArrayRef<ReferenceTensor> results,
                                  StringRef path) {
  std::error_code code;
  llvm::raw_fd_ostream os(path, code);
  if (!code)
    for (const ReferenceTensor &result : results)
      for (double value : result.values)
        llvm::support::endian::write(os, value, llvm::endianness::little);
  os.flush();
  if (!code)
    code = os.error();
  os.clear_error();
  if (code)
    return llvm::createStringError(path + ": " + code.message());
  return llvm::Error::success();
}

std::optional<double> resnetc::getDistance(ArrayRef<ReferenceTensor> a,
                                           ArrayRef<ReferenceTensor> b) {
  if (a.size() != b.size())
    return std::nullopt;
  double difference = 0, norm = 0;
  for (auto [left, right] : llvm::zip_equal(a, b)) {
    if (left.shape != right.shape)
      return std::nullopt;
    for (auto [x, y] : llvm::zip_equal(left.values, right.values)) {
      difference += (x - y) * (x - y);
      norm += y * y;
    }
  }
  return difference == 0 ? 0 : std::sqrt(difference / norm);
}

bool resnetc::printComparison(const Twine &what,
                              ArrayRef<ReferenceTensor> results,
                              ArrayRef<ReferenceTensor> expected,
                              double tolerance) {
  std::optional<double> error = getDistance(results, expected);
  llvm::outs() << what << ": ";
  if (!error) {
    llvm::outs() << "different shapes\n";
    return false;
  }
  bool agree = *error <= tolerance;
  llvm::outs() << (agree ? "same" : "different")
               << llvm::format(", relative error %.1e\n", *error);
  return agree;
}

//===- Values.cpp - Inputs and results of functions -----------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Values.h"
#include "NamedValues.h"
#include "resnetc/Dialect/ResNet/Transforms/Training.h"
#include "llvm/Support/EndianStream.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>
#include <random>

using namespace mlir;
using namespace resnetc;
using resnetc::resnet::ReferenceTensor;

/// A tensor of zeros for an argument.
static FailureOr<ReferenceTensor> makeTensor(func::FuncOp function, unsigned i,
                                             int64_t batch) {
  auto type = dyn_cast<RankedTensorType>(function.getArgumentTypes()[i]);
  if (!type || !isa<FloatType>(type.getElementType()))
    return function.emitError("has an argument that is no tensor of floats");
  ReferenceTensor tensor;
  tensor.elementType = type.getElementType();
  SmallVector<int64_t> shape(type.getShape());
  llvm::replace(shape, ShapedType::kDynamic, batch);
  tensor.resize(shape);
  return tensor;
}

/// Sums of uniform numbers, for a normal distribution that every standard
/// library agrees on.
static void fillNormally(ReferenceTensor &tensor, std::mt19937_64 &engine) {
  for (double &value : tensor.values) {
    for (int i = 0; i < 12; ++i)
      value += static_cast<double>(engine() >> 11) * 0x1p-53;
    value -= 6;
  }
}

FailureOr<Values>
resnetc::makeInputs(func::FuncOp function, int64_t batch,
                    const llvm::StringMap<ReferenceTensor> &given) {
  std::mt19937_64 engine(0);
  Values inputs;
  for (unsigned i = 0; i < function.getNumArguments(); ++i) {
    FailureOr<std::optional<ReferenceTensor>> known =
        findGiven(function, i, given);
    if (failed(known))
      return failure();
    if (*known) {
      inputs.push_back(std::move(**known));
      continue;
    }
    FailureOr<ReferenceTensor> tensor = makeTensor(function, i, batch);
    if (failed(tensor))
      return failure();
    auto role = function.getArgAttrOfType<StringAttr>(i, resnet::roleAttr);
    if (!role || role.getValue() != resnet::role::gradient)
      fillNormally(*tensor, engine);
    inputs.push_back(std::move(*tensor));
  }
  if (failed(checkAllTaken(function, given)))
    return failure();
  return inputs;
}

llvm::Expected<Values> resnetc::readInputs(func::FuncOp function, int64_t batch,
                                           StringRef path) {
  Values inputs;
  for (unsigned i = 0; i < function.getNumArguments(); ++i) {
    FailureOr<ReferenceTensor> tensor = makeTensor(function, i, batch);
    if (failed(tensor))
      return llvm::createStringError("the function cannot be evaluated");
    inputs.push_back(std::move(*tensor));
  }
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!buffer)
    return llvm::createStringError(path + ": " + buffer.getError().message());
  size_t count = 0;
  for (const ReferenceTensor &tensor : inputs)
    count += tensor.values.size();
  StringRef bytes = (*buffer)->getBuffer();
  if (bytes.size() != count * sizeof(float))
    return llvm::createStringError(path + ": has " + Twine(bytes.size()) +
                                   " bytes, but the inputs take " +
                                   Twine(count * sizeof(float)));
  const char *next = bytes.data();
  for (ReferenceTensor &tensor : inputs)
    for (double &value : tensor.values)
      value = llvm::support::endian::readNext<float, llvm::endianness::little>(
          next);
  return inputs;
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

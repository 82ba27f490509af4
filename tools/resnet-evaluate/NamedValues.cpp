//===- NamedValues.cpp - Inputs and results in files of their own ---------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NamedValues.h"
#include "Error.h"
#include "TensorFile.h"
#include "mlir/IR/TypeUtilities.h"
#include "resnetc/Dialect/ResNet/Transforms/Training.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <cstring>

using namespace mlir;
using namespace resnetc;
using resnetc::resnet::ReferenceTensor;

static std::string nameFrom(DictionaryAttr attrs) {
  auto text = [&](StringRef key) {
    auto attr = attrs ? attrs.getAs<StringAttr>(key) : StringAttr();
    return attr ? attr.str() : std::string();
  };
  std::string name = text(resnet::nameAttr), role = text(resnet::roleAttr);
  return role.empty() ? name : role + "." + name;
}

llvm::StringMap<ReferenceTensor>
resnetc::readTensors(ArrayRef<std::string> files) {
  llvm::StringMap<ReferenceTensor> tensors;
  for (StringRef given : files) {
    auto [name, path] = given.split('=');
    if (path.empty())
      run::usageError("--input is '%s', but must be NAME=FILE.npy",
                      given.str().c_str());
    auto file = run::TensorFile::open(path.str(), resnetc_tensor_info());
    ReferenceTensor &tensor = tensors[name];
    tensor.resize(file.dims());
    file.read(RESNETC_FLOAT64, tensor.values.data(), tensor.size());
  }
  return tensors;
}

FailureOr<std::optional<ReferenceTensor>>
resnetc::findGiven(func::FuncOp function, unsigned argument,
                   const llvm::StringMap<ReferenceTensor> &given) {
  std::string name = nameFrom(function.getArgAttrDict(argument));
  auto found = given.find(name);
  if (found == given.end()) {
    auto value =
        function.getArgAttrOfType<ElementsAttr>(argument, resnet::valueAttr);
    if (!value)
      return std::optional<ReferenceTensor>();
    FailureOr<ReferenceTensor> tensor = ReferenceTensor::fromAttr(value);
    if (failed(tensor))
      return function.emitError("argument '") << name << "' has no numbers";
    ReferenceTensor held = std::move(*tensor);
    return std::optional(std::move(held));
  }
  ReferenceTensor tensor = found->second;
  auto type = dyn_cast<RankedTensorType>(function.getArgumentTypes()[argument]);
  if (!type || failed(verifyCompatibleShape(type.getShape(), tensor.shape)))
    return function.emitError("argument '")
           << name << "' is " << function.getArgumentTypes()[argument]
           << ", and cannot be what is given for it";
  tensor.elementType = type.getElementType();
  return std::optional(std::move(tensor));
}

LogicalResult
resnetc::checkAllTaken(func::FuncOp function,
                       const llvm::StringMap<ReferenceTensor> &given) {
  llvm::StringSet<> names;
  for (unsigned i = 0; i < function.getNumArguments(); ++i)
    names.insert(nameFrom(function.getArgAttrDict(i)));
  for (const auto &tensor : given)
    if (!names.contains(tensor.first()))
      return function.emitError("has no argument '") << tensor.first() << "'";
  return success();
}

LogicalResult resnetc::writeNamedResults(func::FuncOp function,
                                         ArrayRef<ReferenceTensor> results,
                                         StringRef directory) {
  if (std::error_code error = llvm::sys::fs::create_directories(directory))
    run::fatal("%s: %s", directory.str().c_str(), error.message().c_str());
  for (auto [i, result] : llvm::enumerate(results)) {
    std::string name = nameFrom(function.getResultAttrDict(i));
    if (name.empty() || result.rank() > RESNETC_MAX_RANK)
      return function.emitError("has result ")
             << i << " without a name, or of a rank that is not supported";
    std::replace(name.begin(), name.end(), '/', '_');
    resnetc_tensor_info info = {};
    info.name = name.c_str();
    info.element_type = RESNETC_FLOAT64;
    info.rank = static_cast<int32_t>(result.rank());
    llvm::copy(result.shape, info.dims);
    run::Tensor tensor(info, /*Batch=*/1);
    std::memcpy(tensor.Data.get(), result.values.data(), tensor.bytes());
    SmallString<128> path(directory);
    llvm::sys::path::append(path, name + ".npy");
    run::writeNpy(path.str().str(), tensor);
  }
  return success();
}

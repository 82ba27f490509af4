//===- TrainingTable.cpp - What trains a network, as data -----------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Target/TrainingTable.h"
#include "resnetc/Dialect/ResNet/Transforms/Training.h"
#include "resnetc/Support/ConstantBytes.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/MathExtras.h"
#include <cstring>
#include <tuple>

using namespace mlir;
using namespace resnetc;

static constexpr int64_t alignment = 64;

int64_t TrainingTable::bytesOf(int32_t space) const {
  int64_t end = 0;
  for (const KeptTensor &tensor : kept)
    if (spaceOfKind(tensor.kind) == space)
      end = std::max(end, tensor.place + tensor.bytes);
  return llvm::alignTo(end, alignment);
}

std::vector<GradientStep> TrainingTable::findGradientSteps() const {
  std::vector<GradientStep> gradients;
  for (const auto &[i, tensor] : llvm::enumerate(kept)) {
    if (tensor.kind != RESNETC_GRADIENT)
      continue;
    auto isPart = [&, &tensor = tensor](const resnetc_rt_operand &operand) {
      return operand.space == RESNETC_RT_GRADIENTS &&
             operand.offset >= tensor.place &&
             operand.offset < tensor.place + tensor.bytes;
    };
    // One that nothing changes is complete from the start.
    GradientStep gradient{0, static_cast<int64_t>(i)};
    for (const auto &[number, step] : llvm::enumerate(backward.steps))
      if (llvm::any_of(step.operands, isPart))
        gradient.step = static_cast<int64_t>(number);
    gradients.push_back(gradient);
  }
  llvm::sort(gradients, [](const GradientStep &a, const GradientStep &b) {
    return std::tie(a.step, a.kept) < std::tie(b.step, b.kept);
  });
  return gradients;
}

int32_t resnetc::kindOfRole(StringRef role) {
  return llvm::StringSwitch<int32_t>(role)
      .Case(resnet::role::parameter, RESNETC_PARAMETER)
      .Case(resnet::role::buffer, RESNETC_BUFFER)
      .Case(resnet::role::state, RESNETC_STATE)
      .Case(resnet::role::setting, RESNETC_SETTING)
      .Case(resnet::role::gradient, RESNETC_GRADIENT)
      .Case(resnet::role::random, RESNETC_RANDOM)
      .Default(-1);
}

int32_t resnetc::spaceOfKind(int32_t kind) {
  switch (static_cast<resnetc_kept_kind>(kind)) {
  case RESNETC_PARAMETER:
  case RESNETC_BUFFER:
    return RESNETC_RT_PARAMETERS;
  case RESNETC_STATE:
  case RESNETC_RANDOM:
    return RESNETC_RT_STATE;
  case RESNETC_SETTING:
    return RESNETC_RT_SETTINGS;
  case RESNETC_GRADIENT:
    return RESNETC_RT_GRADIENTS;
  }
  return -1;
}

/// A constant whose bytes can be written as they are; null for zeros.
static ElementsAttr asResource(ElementsAttr value) {
  if (!value || isa<DenseResourceElementsAttr>(value))
    return value;
  std::vector<char> bytes = resnetc::bytesOf(value);
  if (llvm::all_of(bytes, [](char byte) { return byte == 0; }))
    return {};
  return makeResource(cast<RankedTensorType>(value.getType()), "initial",
                      bytes);
}

FailureOr<std::vector<KeptTensor>> TrainingTable::findKept(ModuleOp module) {
  std::vector<KeptTensor> kept;
  llvm::StringSet<> seen;
  for (auto function : module.getOps<func::FuncOp>())
    for (BlockArgument argument : function.getArguments()) {
      unsigned i = argument.getArgNumber();
      auto role = function.getArgAttrOfType<StringAttr>(i, resnet::roleAttr);
      auto name = function.getArgAttrOfType<StringAttr>(i, resnet::nameAttr);
      auto place = function.getArgAttrOfType<IntegerAttr>(i, resnet::placeAttr);
      if (!role || !name || !place)
        continue;
      KeptTensor tensor;
      tensor.kind = kindOfRole(role);
      if (tensor.kind < 0 ||
          !seen.insert((Twine(tensor.kind) + name.getValue()).str()).second)
        continue;
      auto type = cast<RankedTensorType>(argument.getType());
      bool isRandom = tensor.kind == RESNETC_RANDOM;
      if (!isRandom && !type.getElementType().isF32())
        return function.emitError("cannot be trained: '")
               << name.getValue() << "' is of " << type.getElementType()
               << ", but what is learned has to be of f32";
      tensor.name = name.str();
      tensor.dims.assign(type.getShape().begin(), type.getShape().end());
      tensor.place = place.getInt();
      tensor.bytes = type.getNumElements() *
                     llvm::divideCeil(type.getElementTypeBitWidth(), 8);
      auto value =
          function.getArgAttrOfType<ElementsAttr>(i, resnet::valueAttr);
      if (tensor.kind == RESNETC_SETTING && value) {
        std::vector<char> bytes = resnetc::bytesOf(value);
        tensor.defaults.resize(bytes.size() / sizeof(float));
        std::memcpy(tensor.defaults.data(), bytes.data(),
                    tensor.defaults.size() * sizeof(float));
      }
      tensor.value = asResource(value);
      kept.push_back(std::move(tensor));
    }
  return kept;
}

LabelInput TrainingTable::findLabel(ModuleOp module) {
  for (auto function : module.getOps<func::FuncOp>()) {
    int32_t index = 0;
    for (unsigned i = 0; i < function.getNumArguments(); ++i) {
      auto integer = [&](StringRef name) {
        return function.getArgAttrOfType<IntegerAttr>(i, name);
      };
      if (IntegerAttr classes = integer(resnet::classesAttr))
        return {index, classes.getInt(),
                integer(resnet::ignoreIndexAttr).getInt()};
      // What is kept is no input.
      if (!function.getArgAttr(i, resnet::roleAttr))
        ++index;
    }
  }
  return {};
}

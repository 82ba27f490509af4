//===- PlaceParameters.cpp - Where a caller keeps what is learned ---------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements the resnet-place-parameters pass.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "resnetc/Dialect/ResNet/Transforms/Passes.h"
#include "resnetc/Dialect/ResNet/Transforms/Training.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/MathExtras.h"
#include <array>

namespace resnetc::resnet {
#define GEN_PASS_DEF_RESNETPLACEPARAMETERS
#include "resnetc/Dialect/ResNet/Transforms/Passes.h.inc"
} // namespace resnetc::resnet

using namespace mlir;
using namespace resnetc::resnet;

/// A cache line, and the widest vector of any target.
static constexpr int64_t alignment = 64;

namespace {

/// One piece of memory, in which things of a name have a place.
struct Space {
  llvm::StringMap<int64_t> places;
  int64_t end = 0;

  int64_t placeOf(StringRef name, int64_t bytes, int64_t alignment) {
    auto [it, isNew] = places.try_emplace(name, end);
    if (isNew)
      end = llvm::alignTo(end + bytes, alignment);
    return it->second;
  }
};

struct PlaceParameters
    : resnetc::resnet::impl::ResNetPlaceParametersBase<PlaceParameters> {
  void runOnOperation() override;

private:
  /// The place of an argument or a result; nothing if it has no role.
  std::optional<int64_t> placeOf(DictionaryAttr attrs, Type type);

  std::array<Space, 4> spaces;
};

} // namespace

std::optional<int64_t> PlaceParameters::placeOf(DictionaryAttr attrs,
                                                Type type) {
  auto role = attrs ? attrs.getAs<StringAttr>(roleAttr) : StringAttr();
  auto name = attrs ? attrs.getAs<StringAttr>(nameAttr) : StringAttr();
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!role || !name || !tensor || !tensor.hasStaticShape())
    return std::nullopt;
  int number = llvm::StringSwitch<int>(role)
                   .Cases({role::parameter, role::buffer}, 0)
                   .Case(role::gradient, 1)
                   .Cases({role::state, role::random}, 2)
                   .Case(role::setting, 3)
                   .Default(-1);
  if (number < 0)
    return std::nullopt;
  int64_t element = llvm::divideCeil(tensor.getElementTypeBitWidth(), 8);
  // Settings are numbers that an application writes: no gaps between them.
  bool isSetting = role == role::setting;
  return spaces[number].placeOf(name, tensor.getNumElements() * element,
                                isSetting ? element : alignment);
}

void PlaceParameters::runOnOperation() {
  spaces = {};
  OpBuilder b(&getContext());
  for (auto function : getOperation().getOps<func::FuncOp>()) {
    for (unsigned i = 0; i < function.getNumArguments(); ++i)
      if (auto place = placeOf(function.getArgAttrDict(i),
                               function.getArgumentTypes()[i]))
        function.setArgAttr(i, placeAttr, b.getI64IntegerAttr(*place));
    for (unsigned i = 0; i < function.getNumResults(); ++i)
      if (auto place = placeOf(function.getResultAttrDict(i),
                               function.getResultTypes()[i]))
        function.setResultAttr(i, placeAttr, b.getI64IntegerAttr(*place));
  }
}

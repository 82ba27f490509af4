//===- SeparateConstants.cpp - Initializers that were merged --------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Dialect/ResNet/Transforms/SeparateConstants.h"
#include "resnetc/Support/FloatConstant.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace resnetc;
using namespace resnetc::resnet;

StringAttr resnetc::resnet::getInitializerName(ConstantOp constant) {
  // What a node made is located at its name and its operator.
  auto loc = dyn_cast<NameLoc>(constant.getLoc());
  if (!loc || isa<NameLoc>(loc.getChildLoc()))
    return {};
  return loc.getName();
}

/// Whether all elements, of which there may be many, are the same.
static bool repeatsOneValue(ElementsAttr value) {
  if (value.isSplat())
    return true;
  std::optional<FloatConstant> constant = FloatConstant::get(value);
  return constant && llvm::all_equal(constant->values());
}

/// Uses that differ in this must not share an initializer: 0 for parameters,
/// else which of the statistics of a batch normalization it is.
static unsigned kindOf(OpOperand &use) {
  auto norm = dyn_cast<BatchNormOp>(use.getOwner());
  unsigned number = use.getOperandNumber();
  bool isStatistic =
      norm && (number == norm.getMeanMutable().getOperandNumber() ||
               number == norm.getVarianceMutable().getOperandNumber());
  return isStatistic ? number : 0;
}

namespace {

/// The uses of one constant, in the order of the function.
using Uses = SmallVector<OpOperand *>;

} // namespace

/// Splits uses into those that share a constant.
static SmallVector<Uses> splitUses(ConstantOp constant, const Uses &uses) {
  SmallVector<Uses> groups;
  if (repeatsOneValue(constant.getValue())) {
    for (OpOperand *use : uses)
      groups.push_back({use});
    return groups;
  }
  llvm::SmallMapVector<unsigned, Uses, 2> byKind;
  for (OpOperand *use : uses)
    byKind[kindOf(*use)].push_back(use);
  for (auto &[kind, group] : byKind)
    groups.push_back(std::move(group));
  return groups;
}

void resnetc::resnet::separateConstants(func::FuncOp function) {
  Block &body = function.getBody().front();
  llvm::MapVector<Operation *, Uses> usesOf;
  llvm::StringSet<> names;
  for (Operation &op : body) {
    if (auto constant = dyn_cast<ConstantOp>(op))
      if (StringAttr name = getInitializerName(constant))
        names.insert(name);
    for (OpOperand &use : op.getOpOperands()) {
      auto constant = use.get().getDefiningOp<ConstantOp>();
      if (constant && getInitializerName(constant) &&
          isa<FloatType>(getElementTypeOrSelf(constant.getType())) &&
          cast<ShapedType>(constant.getType()).getRank() > 0)
        usesOf[constant].push_back(&use);
    }
  }
  for (auto &[op, uses] : usesOf) {
    if (uses.size() == 1)
      continue;
    auto constant = cast<ConstantOp>(op);
    auto loc = cast<NameLoc>(constant.getLoc());
    OpBuilder builder(op);
    builder.setInsertionPointAfter(op);
    int next = 1;
    SmallVector<Uses> groups = splitUses(constant, uses);
    for (const Uses &group : llvm::drop_begin(groups)) {
      std::string name;
      do
        name = (loc.getName().getValue() + "_" + Twine(next++)).str();
      while (!names.insert(name).second);
      Operation *copy = builder.clone(*op);
      copy->setLoc(
          NameLoc::get(builder.getStringAttr(name), loc.getChildLoc()));
      for (OpOperand *use : group)
        use->set(copy->getResult(0));
      builder.setInsertionPointAfter(copy);
    }
  }
}

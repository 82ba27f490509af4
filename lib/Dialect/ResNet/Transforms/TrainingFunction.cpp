//===- TrainingFunction.cpp - Builds functions that train -----------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TrainingFunction.h"
#include "mlir/IR/BuiltinTypes.h"
#include "resnetc/Dialect/ResNet/Transforms/Training.h"

using namespace mlir;
using namespace resnetc::resnet;

TrainingFunction::TrainingFunction(func::FuncOp function)
    : function(function), builder(function.getContext()) {
  builder.setInsertionPointToEnd(&function.getBody().front());
}

static func::FuncOp createBehind(func::FuncOp after, StringRef name) {
  OpBuilder builder(after);
  builder.setInsertionPointAfter(after);
  auto function = func::FuncOp::create(builder, after.getLoc(), name,
                                       builder.getFunctionType({}, {}));
  function.addEntryBlock();
  return function;
}

TrainingFunction::TrainingFunction(func::FuncOp after, StringRef name)
    : TrainingFunction(createBehind(after, name)) {}

BlockArgument TrainingFunction::addArgument(Type type, StringRef name,
                                            StringRef role,
                                            ElementsAttr value) {
  NamedAttrList attrs;
  attrs.set(nameAttr, builder.getStringAttr(name));
  if (!role.empty())
    attrs.set(roleAttr, builder.getStringAttr(role));
  if (value)
    attrs.set(valueAttr, value);
  unsigned number = function.getNumArguments();
  Location loc = NameLoc::get(builder.getStringAttr(name), function.getLoc());
  // Only where an argument is erased can this fail.
  (void)function.insertArgument(number, type,
                                attrs.getDictionary(builder.getContext()), loc);
  return function.getArgument(number);
}

BlockArgument TrainingFunction::addGradient(BlockArgument parameter) {
  auto name =
      function.getArgAttrOfType<StringAttr>(parameter.getArgNumber(), nameAttr);
  return addArgument(parameter.getType(), name, role::gradient);
}

BlockArgument TrainingFunction::addSetting(StringRef name, double value) {
  auto type = RankedTensorType::get({}, builder.getF32Type());
  return addArgument(
      type, name, role::setting,
      DenseElementsAttr::get(type, Attribute(builder.getF32FloatAttr(value))));
}

void TrainingFunction::addResult(Value value, StringRef name) {
  results.push_back(value);
  resultAttrs.push_back(builder.getDictionaryAttr(
      builder.getNamedAttr(nameAttr, builder.getStringAttr(name))));
}

void TrainingFunction::addUpdate(Value value, BlockArgument updates) {
  unsigned number = updates.getArgNumber();
  NamedAttrList attrs;
  for (StringRef name : {nameAttr, roleAttr})
    attrs.set(name, function.getArgAttr(number, name));
  attrs.set(updatesAttr, builder.getI64IntegerAttr(number));
  results.push_back(value);
  resultAttrs.push_back(attrs.getDictionary(builder.getContext()));
}

void TrainingFunction::finish() {
  func::ReturnOp::create(builder, function.getLoc(), results);
  function.setType(builder.getFunctionType(function.getArgumentTypes(),
                                           ValueRange(results).getTypes()));
  function.setAllResultAttrs(resultAttrs);
  function->setAttr(trainingAttr, builder.getUnitAttr());
}

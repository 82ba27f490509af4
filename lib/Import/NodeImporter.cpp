//===- NodeImporter.cpp - One ONNX node on its way into IR ----------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NodeImporter.h"
#include "Tensors.h"
#include "resnetc/Support/Diagnostics.h"

using namespace mlir;
using onnx::AttributeProto;

namespace resnetc::import {

NodeImporter::NodeImporter(const FlatNode &node, ModelFile &file,
                           OpBuilder &builder, Location loc,
                           ArrayRef<Value> operands, bool tainted,
                           const DeclaredShapes &declaredShapes,
                           const llvm::StringSet<> &usedNames, bool training)
    : node(node), file(file), builder(builder), loc(loc), operands(operands),
      tainted(tainted), declaredShapes(declaredShapes), usedNames(usedNames),
      training(training) {}

std::optional<SmallVector<int64_t>>
NodeImporter::getDeclaredShape(int i) const {
  if (!usesResult(i))
    return std::nullopt;
  auto known = declaredShapes.find(node.outputs[i]);
  if (known == declaredShapes.end())
    return std::nullopt;
  return known->second;
}

void NodeImporter::applyDeclaredShapes() {
  if (tainted || hasFailed)
    return;
  for (auto [i, result] : llvm::enumerate(results)) {
    std::optional<SmallVector<int64_t>> shape =
        getDeclaredShape(static_cast<int>(i));
    if (!result || !result.getDefiningOp() || !shape)
      continue;
    auto type = cast<TensorType>(result.getType());
    auto declared = RankedTensorType::get(*shape, type.getElementType());
    bool isKnown = type.hasRank() && type.hasStaticShape();
    if (!isKnown && resnet::areCompatible(TypeRange(type), TypeRange(declared)))
      result.setType(declared);
  }
}

Value NodeImporter::getNamed(StringRef name) const {
  for (const auto &[own, unique] : node.references)
    if (own == name)
      return named(unique);
  return {};
}

InFlightDiagnostic NodeImporter::emitError() {
  hasFailed = true;
  return mlir::emitError(loc);
}

std::optional<int64_t> NodeImporter::getRank(size_t i) const {
  Value operand = getOperand(i);
  auto type = operand ? dyn_cast<RankedTensorType>(operand.getType())
                      : RankedTensorType();
  if (!type)
    return std::nullopt;
  return type.getRank();
}

std::optional<int64_t> NodeImporter::getRankOrError(size_t i) {
  std::optional<int64_t> rank = getRank(i);
  if (!rank && !tainted)
    emitError() << "the rank of operand " << i << " is not known";
  return rank;
}

bool NodeImporter::checkFloat(size_t i) {
  Type type = getElementType(i);
  if (isa<FloatType>(type))
    return true;
  if (!tainted)
    emitError() << "elements of type " << type << " are not supported";
  return false;
}

Type NodeImporter::getElementType(size_t i) const {
  return cast<ShapedType>(operands[i].getType()).getElementType();
}

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

bool NodeImporter::hasAttr(StringRef name) const {
  return llvm::any_of(node.attributes, [&](const FlatNode::Attribute &attr) {
    return attr.name == name;
  });
}

static std::string nameOfType(const AttributeProto &attr) {
  if (!attr.ref_attr_name().empty())
    return "a reference to a function's attribute";
  if (!attr.has_type() || attr.type() == AttributeProto::UNDEFINED)
    return "of unknown type";
  return onnx::AttributeProto_AttributeType_Name(attr.type());
}

const AttributeProto *NodeImporter::find(StringRef name,
                                         AttributeProto::AttributeType type) {
  asked.insert(name);
  for (const auto &[own, attr] : node.attributes) {
    if (own != name)
      continue;
    if (attr->type() == type && attr->ref_attr_name().empty())
      return attr;
    emitError() << "attribute '" << name << "' is " << nameOfType(*attr)
                << ", but should be "
                << onnx::AttributeProto_AttributeType_Name(type);
    return nullptr;
  }
  return nullptr;
}

int64_t NodeImporter::getInt(StringRef name, int64_t otherwise) {
  const AttributeProto *attr = find(name, AttributeProto::INT);
  return attr ? attr->i() : otherwise;
}

float NodeImporter::getFloat(StringRef name, float otherwise) {
  const AttributeProto *attr = find(name, AttributeProto::FLOAT);
  return attr ? attr->f() : otherwise;
}

StringRef NodeImporter::getString(StringRef name, StringRef otherwise) {
  const AttributeProto *attr = find(name, AttributeProto::STRING);
  return attr ? StringRef(attr->s()) : otherwise;
}

std::optional<NodeImporter::Ints> NodeImporter::getInts(StringRef name) {
  const AttributeProto *attr = find(name, AttributeProto::INTS);
  if (!attr)
    return std::nullopt;
  return Ints(attr->ints().begin(), attr->ints().end());
}

std::optional<SmallVector<float>> NodeImporter::getFloats(StringRef name) {
  const AttributeProto *attr = find(name, AttributeProto::FLOATS);
  if (!attr)
    return std::nullopt;
  return SmallVector<float>(attr->floats().begin(), attr->floats().end());
}

std::optional<SmallVector<StringRef>> NodeImporter::getStrings(StringRef name) {
  const AttributeProto *attr = find(name, AttributeProto::STRINGS);
  if (!attr)
    return std::nullopt;
  return SmallVector<StringRef>(attr->strings().begin(), attr->strings().end());
}

ElementsAttr NodeImporter::getTensor(StringRef name) {
  const AttributeProto *attr = find(name, AttributeProto::TENSOR);
  if (!attr)
    return {};
  StringRef hint = node.outputs.empty() ? "" : StringRef(node.outputs[0]);
  auto value = convertTensor(builder.getContext(), file, attr->t(), hint);
  if (value)
    return *value;
  emitError() << "attribute '" << name
              << "': " << llvm::toString(value.takeError());
  return {};
}

int64_t NodeImporter::getRequiredInt(StringRef name) {
  if (!hasAttr(name))
    emitError() << "attribute '" << name << "' is missing";
  return getInt(name, 0);
}

NodeImporter::Ints NodeImporter::getRequiredInts(StringRef name) {
  if (!hasAttr(name))
    emitError() << "attribute '" << name << "' is missing";
  return getInts(name).value_or(Ints());
}

void NodeImporter::reportUnknownAttrs() {
  llvm::StringSet<> seen;
  for (const FlatNode::Attribute &attr : node.attributes) {
    if (!seen.insert(attr.name).second)
      emitError() << "attribute '" << printable(attr.name)
                  << "' is given twice";
    else if (!asked.contains(attr.name))
      emitError() << "attribute '" << printable(attr.name)
                  << "' is not supported (opset " << getOpset() << ")";
  }
}

//===----------------------------------------------------------------------===//
// Results
//===----------------------------------------------------------------------===//

void NodeImporter::finish(Operation *op) {
  forward(op->getResults());
  if (tainted || hasFailed)
    return;
  auto inferrer = cast<InferTypeOpInterface>(op);
  SmallVector<Type> types;
  if (llvm::failed(inferrer.inferReturnTypes(
          op->getContext(), loc, op->getOperands(),
          op->getDiscardableAttrDictionary(), op->getPropertiesStorage(),
          op->getRegions(), types))) {
    hasFailed = true;
    return;
  }
  for (auto [value, type] : llvm::zip_equal(op->getResults(), types))
    value.setType(type);
  hasFailed |= llvm::failed(op->getName().verifyInvariants(op));
}

Value NodeImporter::createConstant(ElementsAttr value) {
  return resnet::ConstantOp::create(builder, loc, value);
}

Value NodeImporter::createInts(ArrayRef<int64_t> values) {
  return createConstant(builder.getI64TensorAttr(values));
}

Value NodeImporter::createFloat(Type type, double value) {
  auto scalar = RankedTensorType::get({}, type);
  Attribute number =
      isa<FloatType>(type)
          ? Attribute(builder.getFloatAttr(type, value))
          : builder.getIntegerAttr(type, static_cast<int64_t>(value));
  return createConstant(DenseElementsAttr::get(scalar, number));
}

} // namespace resnetc::import

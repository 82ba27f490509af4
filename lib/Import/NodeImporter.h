//===- NodeImporter.h - One ONNX node on its way into IR ------ -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_LIB_IMPORT_NODEIMPORTER_H
#define RESNETC_LIB_IMPORT_NODEIMPORTER_H

#include "FlatGraph.h"
#include "ModelFile.h"
#include "mlir/IR/Builders.h"
#include "resnetc/Dialect/ResNet/IR/InferTypes.h"
#include "resnetc/Dialect/ResNet/IR/ResNet.h"
#include "llvm/ADT/StringSet.h"

namespace resnetc::import {

/// Shapes by name, of which all dimensions are known.
using DeclaredShapes = llvm::StringMap<llvm::SmallVector<int64_t>>;

/// What an operator's importer sees of a node: its operands as values, its
/// attributes by name and type, and ways to make operations and errors.
///
/// A node may be tainted: something before it failed. It is imported all the
/// same, to find what else is unsupported, but nothing is inferred or checked
/// that depends on its operands' types and values.
class NodeImporter {
public:
  NodeImporter(const FlatNode &node, ModelFile &file, mlir::OpBuilder &builder,
               mlir::Location loc, llvm::ArrayRef<mlir::Value> operands,
               bool tainted, const DeclaredShapes &declaredShapes,
               const llvm::StringSet<> &usedNames, bool training);

  int64_t getOpset() const { return node.opset; }
  bool isTainted() const { return tainted; }
  /// Whether it is imported to be trained.
  bool isTraining() const { return training; }
  mlir::OpBuilder &getBuilder() { return builder; }
  mlir::Location getLoc() const { return loc; }

  //===--------------------------------------------------------------------===//
  // Operands
  //===--------------------------------------------------------------------===//

  size_t getNumOperands() const { return operands.size(); }
  /// Operand `i`, null if it is absent.
  mlir::Value getOperand(size_t i) const {
    return i < operands.size() ? operands[i] : mlir::Value();
  }
  llvm::ArrayRef<mlir::Value> getOperands() const { return operands; }
  /// How many results the node has; an empty name is none.
  size_t getNumResults() const {
    return llvm::count_if(node.outputs,
                          [](const std::string &s) { return !s.empty(); });
  }
  /// Whether a node or the graph's caller uses result `i`.
  bool usesResult(int i) const {
    return i < static_cast<int>(node.outputs.size()) &&
           usedNames.contains(node.outputs[i]);
  }
  /// The shape that the file declares for result `i`, if it says all of it.
  std::optional<llvm::SmallVector<int64_t>> getDeclaredShape(int i) const;
  /// Gives results whose shape depends on values that are not known the shape
  /// that the file declares. Their operands have to be such that it is right.
  void applyDeclaredShapes();
  /// How many results the node lists, those without a name among them.
  size_t getNumListedResults() const { return node.outputs.size(); }
  /// The rank of operand `i`, if it is known.
  std::optional<int64_t> getRank(size_t i) const;
  /// The same; makes an error if it is not known.
  std::optional<int64_t> getRankOrError(size_t i);
  mlir::Type getElementType(size_t i) const;
  /// Whether operand `i` is of floating point; makes an error if it is not.
  bool checkFloat(size_t i);

  /// For nodes that name values in attributes: the value of a name that is
  /// defined and did not fail, else null.
  mlir::Value getNamed(llvm::StringRef name) const;
  void setNames(llvm::function_ref<mlir::Value(llvm::StringRef)> lookup) {
    named = lookup;
  }

  //===--------------------------------------------------------------------===//
  // Attributes
  //===--------------------------------------------------------------------===//
  // Every getter counts the attribute as known, and makes an error if it has
  // another type. Attributes that nobody asked for are errors, too: they could
  // change what the node means.

  using Ints = llvm::SmallVector<int64_t>;

  bool hasAttr(llvm::StringRef name) const;
  bool hasAttrs() const { return !node.attributes.empty(); }
  /// Knows an attribute that has no meaning for the result.
  void ignoreAttr(llvm::StringRef name) { asked.insert(name); }
  int64_t getInt(llvm::StringRef name, int64_t otherwise);
  float getFloat(llvm::StringRef name, float otherwise);
  llvm::StringRef getString(llvm::StringRef name, llvm::StringRef otherwise);
  std::optional<Ints> getInts(llvm::StringRef name);
  std::optional<llvm::SmallVector<float>> getFloats(llvm::StringRef name);
  std::optional<llvm::SmallVector<llvm::StringRef>>
  getStrings(llvm::StringRef name);
  /// Null if it is absent.
  mlir::ElementsAttr getTensor(llvm::StringRef name);
  /// For an attribute that must be there.
  int64_t getRequiredInt(llvm::StringRef name);
  Ints getRequiredInts(llvm::StringRef name);
  /// An integer that must be 0 or 1.
  bool getBool(llvm::StringRef name, bool otherwise) {
    return getInt(name, otherwise) != 0;
  }
  /// Errors for all attributes that were not asked for.
  void reportUnknownAttrs();

  //===--------------------------------------------------------------------===//
  // Results
  //===--------------------------------------------------------------------===//

  /// Makes the operation whose results are the node's: one, or as many as the
  /// node lists. Their types are inferred and it is verified; a failure is an
  /// error at the node.
  template <typename OpTy, typename... Args> void create(Args &&...args) {
    finish(createOp<OpTy>(std::forward<Args>(args)...));
  }
  /// Makes an operation that others of the same node use.
  template <typename OpTy, typename... Args>
  mlir::Value createInner(Args &&...args) {
    create<OpTy>(std::forward<Args>(args)...);
    return results.front();
  }
  /// Makes values the results without an operation.
  void forward(mlir::ValueRange values) {
    results.assign(values.begin(), values.end());
  }
  /// Null if the node failed, and for results that it is not known to have.
  mlir::Value getResult(size_t i = 0) const {
    return hasFailed || i >= results.size() ? mlir::Value() : results[i];
  }

  mlir::Value createConstant(mlir::ElementsAttr value);
  /// A vector of 64-bit integers.
  mlir::Value createInts(llvm::ArrayRef<int64_t> values);
  /// A scalar of `type`, of floating point or integers.
  mlir::Value createFloat(mlir::Type type, double value);

  /// An error "node 'name' (OpType): reason"; the node has failed.
  mlir::InFlightDiagnostic emitError();
  /// The node has failed, with errors elsewhere.
  void fail() { hasFailed = true; }
  bool failed() const { return hasFailed; }

private:
  template <typename OpTy, typename... Args>
  mlir::Operation *createOp(Args &&...args) {
    mlir::Type unknown = mlir::UnrankedTensorType::get(builder.getF32Type());
    if constexpr (OpTy::template hasTrait<mlir::OpTrait::OneResult>())
      return OpTy::create(builder, loc, unknown, std::forward<Args>(args)...);
    else
      return OpTy::create(
          builder, loc,
          llvm::SmallVector<mlir::Type>(node.outputs.size(), unknown),
          std::forward<Args>(args)...);
  }
  void finish(mlir::Operation *op);
  const onnx::AttributeProto *find(llvm::StringRef name,
                                   onnx::AttributeProto::AttributeType type);

  const FlatNode &node;
  ModelFile &file;
  mlir::OpBuilder &builder;
  mlir::Location loc;
  llvm::ArrayRef<mlir::Value> operands;
  bool tainted;
  const DeclaredShapes &declaredShapes;
  const llvm::StringSet<> &usedNames;
  bool training;
  llvm::function_ref<mlir::Value(llvm::StringRef)> named;
  bool hasFailed = false;
  llvm::SmallVector<mlir::Value> results;
  llvm::StringSet<> asked;
};

/// How one ONNX operator is imported.
struct Operator {
  void (*import)(NodeImporter &node);
  /// Operands that must be there, and may be.
  unsigned minOperands = 1;
  unsigned maxOperands = 1;
};

/// The attributes of convolutions and pools, with ONNX's defaults filled in.
struct Window {
  NodeImporter::Ints strides, pads, dilations;
  llvm::StringRef autoPad;
};
Window getWindow(NodeImporter &node, int64_t spatialRank);

/// `value` with dimensions of 1 behind its own, so that its first is dimension
/// `axis` of a tensor of rank `rank`.
mlir::Value alignAt(NodeImporter &node, mlir::Value value, int64_t axis,
                    int64_t rank);
/// Operand 1 of an operator that broadcasts it to operand 0; before opset 7, an
/// attribute says from which dimension on.
mlir::Value getRightOperand(NodeImporter &node);
/// Operand 1 of PRelu; before opset 7, a number or one for each channel.
mlir::Value getSlope(NodeImporter &node);

/// Of operators that take any number of operands.
inline constexpr unsigned maxVariadic = ~0U;

/// The operators by name; those of other domains than ONNX's own as
/// "domain::name".
using OperatorTable = llvm::StringMap<Operator>;
void addComputeOperators(OperatorTable &table);
void addDropoutOperators(OperatorTable &table);
void addEinsumOperators(OperatorTable &table);
void addElementwiseOperators(OperatorTable &table);
void addGradientOperators(OperatorTable &table);
void addLossOperators(OperatorTable &table);
void addMathOperators(OperatorTable &table);
void addQuantizationOperators(OperatorTable &table);
void addNormalizationOperators(OperatorTable &table);
void addReductionOperators(OperatorTable &table);
void addMovementOperators(OperatorTable &table);
void addResizeOperators(OperatorTable &table);
void addSamplingOperators(OperatorTable &table);
void addShapeOperators(OperatorTable &table);
void addTrainingOperators(OperatorTable &table);

/// The logarithm of softmax along axes.
mlir::Value createLogSoftmax(NodeImporter &node, mlir::Value input,
                             llvm::ArrayRef<int64_t> axes);

} // namespace resnetc::import

#endif // RESNETC_LIB_IMPORT_NODEIMPORTER_H

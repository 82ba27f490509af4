//===- TrainableParameters.cpp - What of a network is learned -------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TrainableParameters.h"
#include "resnetc/Dialect/ResNet/Transforms/SeparateConstants.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/GlobPattern.h"

using namespace mlir;
using namespace resnetc::resnet;

static bool isFloat(Value value) {
  return isa<FloatType>(cast<ShapedType>(value.getType()).getElementType());
}

/// The initializer that a value is, if it is one of numbers that can be
/// learned.
static ConstantOp learnableInitializer(Value value) {
  auto constant = value.getDefiningOp<ConstantOp>();
  bool canBe = constant && getInitializerName(constant) && isFloat(value) &&
               cast<ShapedType>(value.getType()).getRank() > 0;
  return canBe ? constant : ConstantOp();
}

namespace {

/// Collects what operations take as their parameters.
class Candidates {
public:
  void visit(Operation *op);
  /// In the order of the function.
  SmallVector<Parameter> get(Block &body) const;

private:
  /// Finds the initializers that a parameter is, or is computed from.
  void addInitializersOf(Value value, bool isElementwise);

  llvm::DenseSet<Value> ofConstants; ///< Depend on no input.
  llvm::DenseSet<Value> layers;      ///< Results of what has parameters.
  llvm::DenseSet<Value> visited;
  llvm::DenseMap<Operation *, bool> isMatrix; ///< Of the candidates.
};

} // namespace

void Candidates::addInitializersOf(Value value, bool isElementwise) {
  SmallVector<Value> waiting = {value};
  while (!waiting.empty()) {
    Value next = waiting.pop_back_val();
    if (!isFloat(next) || !ofConstants.contains(next) ||
        !visited.insert(next).second)
      continue;
    if (ConstantOp constant = learnableInitializer(next)) {
      int64_t rank = cast<ShapedType>(next.getType()).getRank();
      isMatrix[constant] = rank > 1 && !isElementwise;
    }
    if (isa<DifferentiableOpInterface>(next.getDefiningOp()))
      llvm::append_range(waiting, next.getDefiningOp()->getOperands());
  }
}

void Candidates::visit(Operation *op) {
  if (llvm::all_of(op->getOperands(),
                   [&](Value value) { return ofConstants.contains(value); })) {
    ofConstants.insert(op->result_begin(), op->result_end());
    return;
  }
  // Layer normalization, written out, divides what its scale multiplies.
  if (isa<DivOp>(op) && llvm::none_of(op->getOperands(), [&](Value value) {
        return ofConstants.contains(value);
      }))
    layers.insert(op->getResult(0));
  auto differentiable = dyn_cast<DifferentiableOpInterface>(op);
  if (!differentiable)
    return;
  bool isElementwise = op->hasTrait<resnetc::resnet::OpTrait::Elementwise>();
  for (unsigned number : differentiable.getParameterOperands()) {
    bool hasLayer = llvm::any_of(op->getOpOperands(), [&](OpOperand &other) {
      return other.getOperandNumber() != number && layers.contains(other.get());
    });
    Value operand = op->getOperand(number);
    if (!ofConstants.contains(operand) ||
        (differentiable.endsLayer() && !hasLayer))
      continue;
    addInitializersOf(operand, isElementwise);
    layers.insert(op->result_begin(), op->result_end());
  }
}

SmallVector<Parameter> Candidates::get(Block &body) const {
  SmallVector<Parameter> parameters;
  for (auto constant : body.getOps<ConstantOp>())
    if (auto found = isMatrix.find(constant); found != isMatrix.end())
      parameters.push_back(
          {constant, getInitializerName(constant), found->second});
  return parameters;
}

/// " 'a', 'b' and 3 more"
static void listNames(InFlightDiagnostic &error, ArrayRef<Parameter> parameters,
                      size_t limit = 5) {
  for (auto [i, parameter] : llvm::enumerate(parameters.take_front(limit)))
    error << (i ? ", '" : " '") << parameter.name.getValue() << "'";
  if (parameters.size() > limit)
    error << " and " << parameters.size() - limit << " more";
}

/// Those that match one of the patterns.
static FailureOr<SmallVector<Parameter>>
select(func::FuncOp function, ArrayRef<Parameter> candidates,
       ArrayRef<std::string> patterns) {
  if (patterns.empty())
    return SmallVector<Parameter>(candidates);
  llvm::StringSet<> selected;
  for (StringRef text : patterns) {
    auto pattern = llvm::GlobPattern::create(text, /*MaxSubPatterns=*/1024);
    if (!pattern)
      return function.emitError("pattern '")
             << text << "' is malformed: " << toString(pattern.takeError());
    bool matches = false;
    for (const Parameter &candidate : candidates)
      if (pattern->match(candidate.name)) {
        matches = true;
        selected.insert(candidate.name);
      }
    if (matches)
      continue;
    InFlightDiagnostic error = function.emitError("pattern '");
    error << text << "' matches none of the parameters";
    listNames(error, candidates);
    return error;
  }
  return llvm::filter_to_vector(candidates, [&](const Parameter &candidate) {
    return selected.contains(candidate.name);
  });
}

/// Finds what normalizes by the statistics of a batch while it is trained.
static void findBatchNorms(Block &body, TrainableParameters &found) {
  llvm::DenseSet<Value> learned;
  for (Parameter parameter : found.parameters)
    learned.insert(parameter.constant.getResult());
  llvm::SetVector<Operation *> buffers;
  for (Operation &op : body) {
    auto norm = dyn_cast<BatchNormOp>(op);
    bool isLearned = llvm::any_of(op.getOperands(), [&](Value operand) {
      return learned.contains(operand);
    });
    // What a learned parameter is reshaped to, or multiplied with others.
    bool isParameter =
        isLearned && llvm::all_of(op.getOperands(), [&](Value operand) {
          return learned.contains(operand) ||
                 operand.getDefiningOp<ConstantOp>();
        });
    if (isParameter)
      learned.insert(op.result_begin(), op.result_end());
    if (!norm || !(learned.contains(norm.getScale()) ||
                   learned.contains(norm.getOffset())))
      continue;
    ConstantOp mean = learnableInitializer(norm.getMean());
    ConstantOp variance = learnableInitializer(norm.getVariance());
    if (!mean || !variance)
      continue;
    found.batchNorms.push_back(norm);
    buffers.insert(mean);
    buffers.insert(variance);
  }
  for (Operation *buffer : buffers) {
    auto constant = cast<ConstantOp>(buffer);
    found.buffers.push_back({constant, getInitializerName(constant)});
  }
}

FailureOr<TrainableParameters>
resnetc::resnet::findTrainableParameters(func::FuncOp function,
                                         ArrayRef<std::string> patterns) {
  Block &body = function.getBody().front();
  Candidates candidates;
  for (Operation &op : body.without_terminator())
    candidates.visit(&op);
  SmallVector<Parameter> all = candidates.get(body);
  if (all.empty())
    return function.emitError("has no parameters that can be learned: "
                              "initializers that operations take as weights");
  llvm::StringSet<> names;
  for (const Parameter &parameter : all)
    if (!names.insert(parameter.name).second)
      return function.emitError("has two parameters called '")
             << parameter.name.getValue() << "'";
  FailureOr<SmallVector<Parameter>> selected = select(function, all, patterns);
  if (failed(selected))
    return failure();
  TrainableParameters found;
  found.parameters = std::move(*selected);
  findBatchNorms(body, found);
  return found;
}

//===- GenerateBackward.cpp - Makes of a network what trains it -----------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Losses.h"
#include "Optimizers.h"
#include "TrainableParameters.h"
#include "TrainingForward.h"
#include "TrainingFunction.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/IRMapping.h"
#include "resnetc/Dialect/ResNet/Transforms/Gradients.h"
#include "resnetc/Dialect/ResNet/Transforms/Passes.h"
#include "resnetc/Dialect/ResNet/Transforms/SeparateConstants.h"
#include "llvm/ADT/StringSet.h"
#include <cmath>

namespace resnetc::resnet {
#define GEN_PASS_DEF_RESNETGENERATEBACKWARD
#include "resnetc/Dialect/ResNet/Transforms/Passes.h.inc"
} // namespace resnetc::resnet

using namespace mlir;
using namespace resnetc::resnet;

namespace {

struct GenerateBackward
    : resnetc::resnet::impl::ResNetGenerateBackwardBase<GenerateBackward> {
  using Base::Base;

  void runOnOperation() override;

private:
  FailureOr<func::FuncOp> findNetwork();
  LogicalResult checkOptions(func::FuncOp network);
  LogicalResult findLoss(func::FuncOp network);
  LogicalResult parseClassWeights(func::FuncOp network, int64_t classes);
  /// Both have the network's body; `values` are the network's in it.
  LogicalResult buildBackward(func::FuncOp network, func::FuncOp backward,
                              IRMapping &values,
                              const TrainableParameters &learned);
  Value addLoss(TrainingFunction &function, Value output, Value target);

  unsigned lossOutput; ///< The number of the output that the loss is of.
  ElementsAttr weightsOfClasses; ///< If any.
};

} // namespace

//===----------------------------------------------------------------------===//
// What can be trained
//===----------------------------------------------------------------------===//

static StringRef nameFrom(Attribute attr) {
  auto name = dyn_cast_or_null<StringAttr>(attr);
  return name ? name.getValue() : "";
}

/// Whether the first dimension, and only this, is not known.
static bool isBatched(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && tensor.getRank() > 0 && tensor.isDynamicDim(0) &&
         tensor.getNumDynamicDims() == 1;
}

FailureOr<func::FuncOp> GenerateBackward::findNetwork() {
  ModuleOp module = getOperation();
  auto functions = module.getOps<func::FuncOp>();
  if (!llvm::hasSingleElement(functions))
    return module.emitError("has ")
           << std::distance(functions.begin(), functions.end())
           << " functions, but one network is trained at a time";
  func::FuncOp network = *functions.begin();
  if (network.isExternal() || !network.getBody().hasOneBlock())
    return network.emitError("is no network: its body is not one block");
  for (StringRef suffix : {backwardSuffix, updateSuffix})
    if (module.lookupSymbol((network.getName() + suffix).str()))
      return network.emitError("cannot be trained: @")
             << network.getName() << suffix << " is there already";
  if (network->hasAttr("resnet.whole"))
    return network.emitError("cannot be trained: its examples depend on each "
                             "other");
  for (BlockArgument argument : network.getArguments())
    if (!isBatched(argument.getType()))
      return emitError(argument.getLoc(), "input '")
             << nameFrom(network.getArgAttr(argument.getArgNumber(), nameAttr))
             << "' is " << argument.getType()
             << ", but training needs a batch of any size, and all other "
                "dimensions known";
  return network;
}

/// Whether the weights of classes are given at run time.
static bool isSetting(ArrayRef<std::string> classWeights) {
  return classWeights.size() == 1 && classWeights.front() == "setting";
}

LogicalResult GenerateBackward::checkOptions(func::FuncOp network) {
  if (labelSmoothing < 0 || labelSmoothing > 1)
    return network.emitError("label-smoothing is ")
           << labelSmoothing.getValue() << ", but must be from 0 to 1";
  bool isOfClasses = loss == LossKind::SoftmaxCrossEntropy;
  if (!isOfClasses && (labelSmoothing != 0 || !classWeights.empty()))
    return network.emitError("label-smoothing and class-weights are of "
                             "softmax-cross-entropy only");
  if (nesterov && optimizer != OptimizerKind::SGD)
    return network.emitError("nesterov is of the optimizer sgd only");
  if (syncBatchNorm && !dataParallel)
    return network.emitError("sync-batch-norm needs data-parallel");
  return success();
}

/// The number of the output with a name, or of the first for an empty one.
static FailureOr<unsigned> findOutput(func::FuncOp network, StringRef name) {
  if (network.getNumResults() == 0)
    return network.emitError("has no outputs");
  if (name.empty())
    return 0U;
  for (unsigned i = 0; i < network.getNumResults(); ++i)
    if (nameFrom(network.getResultAttr(i, nameAttr)) == name)
      return i;
  InFlightDiagnostic error = network.emitError("has no output '");
  error << name << "'; its outputs are";
  for (unsigned i = 0; i < network.getNumResults(); ++i)
    error << " '" << nameFrom(network.getResultAttr(i, nameAttr)) << "'";
  return error;
}

LogicalResult GenerateBackward::findLoss(func::FuncOp network) {
  FailureOr<unsigned> number = findOutput(network, output);
  if (failed(number))
    return failure();
  lossOutput = *number;
  Operation *terminator = network.getBody().front().getTerminator();
  Value logits = getLogits(loss, terminator->getOperand(lossOutput));
  int64_t least = loss == LossKind::SoftmaxCrossEntropy ? 2 : 1;
  auto type = dyn_cast<RankedTensorType>(logits.getType());
  if (!isBatched(logits.getType()) || !isa<FloatType>(type.getElementType()) ||
      type.getRank() < least)
    return network.emitError("the loss is of ")
           << logits.getType() << ", but needs floating point of rank " << least
           << " or more, the batch first";
  weightsOfClasses = {};
  if (classWeights.empty())
    return success();
  return parseClassWeights(network, type.getDimSize(1));
}

/// Takes the weights of the classes; 1 for each where they are a setting.
LogicalResult GenerateBackward::parseClassWeights(func::FuncOp network,
                                                  int64_t classes) {
  SmallVector<float> numbers;
  if (isSetting(classWeights)) {
    numbers.assign(classes, 1);
  } else {
    for (StringRef text : classWeights) {
      double number;
      if (text.getAsDouble(number) || !(number >= 0) || std::isinf(number))
        return network.emitError("class-weights have '")
               << text << "', which is no number from 0";
      numbers.push_back(static_cast<float>(number));
    }
    if (static_cast<int64_t>(numbers.size()) != classes)
      return network.emitError("there are ")
             << numbers.size() << " class-weights, but " << classes
             << " classes";
  }
  auto type = RankedTensorType::get({classes}, Float32Type::get(&getContext()));
  weightsOfClasses = DenseElementsAttr::get(type, ArrayRef(numbers));
  return success();
}

//===----------------------------------------------------------------------===//
// The functions
//===----------------------------------------------------------------------===//

/// Adds arguments, and puts them in the place of the constants.
static SmallVector<BlockArgument> makeArguments(TrainingFunction &function,
                                                const IRMapping &values,
                                                ArrayRef<Parameter> parameters,
                                                StringRef role) {
  SmallVector<BlockArgument> arguments;
  for (Parameter parameter : parameters) {
    Value constant =
        values.lookupOrDefault<Value>(parameter.constant.getResult());
    arguments.push_back(function.addArgument(constant.getType(), parameter.name,
                                             role,
                                             parameter.constant.getValue()));
    constant.replaceAllUsesWith(arguments.back());
  }
  return arguments;
}

/// The operands of the terminator, which goes.
static SmallVector<Value> takeOutputs(func::FuncOp function) {
  Operation *terminator = function.getBody().front().getTerminator();
  SmallVector<Value> outputs(terminator->getOperands());
  terminator->erase();
  return outputs;
}

static void eraseDead(func::FuncOp function) {
  Block &body = function.getBody().front();
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(body)))
    if (isOpTriviallyDead(&op))
      op.erase();
}

namespace {

/// Names that are taken, for others that are not.
class Names {
public:
  void add(StringRef name) { taken.insert(name); }
  /// `name`, or with a number behind.
  std::string makeUnique(StringRef name) {
    std::string unique = name.str();
    for (int i = 1; !taken.insert(unique).second; ++i)
      unique = (name + "_" + Twine(i)).str();
    return unique;
  }

private:
  llvm::StringSet<> taken;
};

} // namespace

static SmallVector<std::string> namesOf(ArrayAttr attrs, unsigned count) {
  SmallVector<std::string> names(count);
  if (attrs)
    for (auto [name, attr] : llvm::zip_equal(names, attrs))
      name = nameFrom(cast<DictionaryAttr>(attr).get(nameAttr));
  return names;
}

Value GenerateBackward::addLoss(TrainingFunction &function, Value output,
                                Value target) {
  Arithmetic a(function.getBuilder(), function.getFunction().getLoc());
  Value weights;
  if (weightsOfClasses && isSetting(classWeights))
    weights = function.addArgument(weightsOfClasses.getType(), "class_weights",
                                   role::setting, weightsOfClasses);
  else if (weightsOfClasses)
    weights = a.create<ConstantOp>(weightsOfClasses);
  LossOptions options{loss, labelSmoothing, ignoreIndex, dataParallel};
  return buildLoss(a, options, getLogits(loss, output), target, weights);
}

LogicalResult
GenerateBackward::buildBackward(func::FuncOp network, func::FuncOp backward,
                                IRMapping &values,
                                const TrainableParameters &learned) {
  unsigned numInputs = network.getNumArguments();
  Names names;
  auto inputNames = namesOf(network.getAllArgAttrs(), numInputs);
  auto outputNames =
      namesOf(network.getAllResultAttrs(), network.getNumResults());
  for (ArrayRef<std::string> list :
       {ArrayRef(inputNames), ArrayRef(outputNames)})
    for (const std::string &name : list)
      names.add(name);
  for (ArrayRef<Parameter> list :
       {ArrayRef(learned.parameters), ArrayRef(learned.buffers)})
    for (const Parameter &parameter : list)
      names.add(parameter.name);

  SmallVector<Value> outputs = takeOutputs(backward);
  TrainingFunction function(backward);
  auto lossType =
      cast<RankedTensorType>(getLogits(loss, outputs[lossOutput]).getType());
  bool isOfLabels = loss == LossKind::SoftmaxCrossEntropy;
  BlockArgument target =
      function.addArgument(getTargetType(loss, lossType),
                           names.makeUnique(isOfLabels ? "label" : "target"));
  if (isOfLabels) {
    Builder b(&getContext());
    backward.setArgAttr(target.getArgNumber(), classesAttr,
                        b.getI64IntegerAttr(lossType.getDimSize(1)));
    backward.setArgAttr(target.getArgNumber(), ignoreIndexAttr,
                        b.getI64IntegerAttr(ignoreIndex));
  }
  SmallVector<BlockArgument> parameters =
      makeArguments(function, values, learned.parameters, role::parameter);
  SmallVector<BlockArgument> buffers =
      makeArguments(function, values, learned.buffers, role::buffer);
  SmallVector<BlockArgument> gradients;
  for (BlockArgument parameter : parameters)
    gradients.push_back(function.addGradient(parameter));
  BlockArgument random = useRandomNumbers(
      function, [&](StringRef name) { return names.makeUnique(name); });
  SmallVector<Value> nextBuffers = useBatchStatistics(
      function, values, learned.batchNorms, buffers, syncBatchNorm);

  Value lossValue = addLoss(function, outputs[lossOutput], target);
  SmallVector<Value> variables(parameters.begin(), parameters.end());
  SmallVector<unsigned> inputs;
  if (gradientOfInput)
    for (unsigned i = 0; i < numInputs; ++i)
      if (isa<FloatType>(getElementTypeOrSelf(backward.getArgument(i)))) {
        inputs.push_back(i);
        variables.push_back(backward.getArgument(i));
      }
  OpBuilder &builder = function.getBuilder();
  FailureOr<SmallVector<Value>> parts =
      buildGradients(builder, backward.getLoc(), lossValue, variables);
  if (failed(parts))
    return failure();

  // That of all processes, which a share of it was differentiated for.
  if (dataParallel)
    lossValue =
        AllReduceOp::create(builder, backward.getLoc(), lossValue).getResult();
  function.addResult(lossValue, names.makeUnique("loss"));
  for (auto [output, name] : llvm::zip_equal(outputs, outputNames))
    function.addResult(output, name);
  ArrayRef<Value> ofParameters = ArrayRef(*parts).take_front(parameters.size());
  for (auto [argument, part] : llvm::zip_equal(gradients, ofParameters)) {
    // As soon as it is there, so that processes can add it up while others are
    // computed.
    OpBuilder behind(builder);
    if (Operation *op = part.getDefiningOp())
      behind.setInsertionPointAfter(op);
    function.addUpdate(AddOp::create(behind, backward.getLoc(), argument, part),
                       argument);
  }
  Arithmetic a(builder, backward.getLoc());
  for (auto [argument, next] : llvm::zip_equal(buffers, nextBuffers))
    function.addUpdate(keepFinite(a, lossValue, next, argument), argument);
  if (random)
    function.addUpdate(countBatch(a, random), random);
  for (auto [i, part] :
       llvm::zip_equal(inputs, ArrayRef(*parts).drop_front(parameters.size())))
    function.addResult(part, names.makeUnique(inputNames[i] + ".gradient"));
  function.finish();
  eraseDead(backward);
  return success();
}

/// Makes arguments of what the network learns, and drops nothing.
static void makeInference(func::FuncOp network,
                          const TrainableParameters &learned) {
  auto names = namesOf(network.getAllResultAttrs(), network.getNumResults());
  for (DropoutOp dropout : llvm::make_early_inc_range(
           network.getBody().front().getOps<DropoutOp>())) {
    dropout.replaceAllUsesWith(dropout.getInput());
    dropout.erase();
  }
  SmallVector<Value> outputs = takeOutputs(network);
  TrainingFunction function(network);
  IRMapping itself;
  makeArguments(function, itself, learned.parameters, role::parameter);
  makeArguments(function, itself, learned.buffers, role::buffer);
  for (auto [output, name] : llvm::zip_equal(outputs, names))
    function.addResult(output, name);
  function.finish();
  eraseDead(network);
}

void GenerateBackward::runOnOperation() {
  FailureOr<func::FuncOp> found = findNetwork();
  if (failed(found) || failed(checkOptions(*found)) || failed(findLoss(*found)))
    return signalPassFailure();
  func::FuncOp network = *found;
  separateConstants(network);
  FailureOr<TrainableParameters> learned =
      findTrainableParameters(network, llvm::to_vector(trainable));
  if (failed(learned))
    return signalPassFailure();

  IRMapping values;
  OpBuilder builder(network);
  builder.setInsertionPointAfter(network);
  auto backward = cast<func::FuncOp>(builder.clone(*network, values));
  backward.setName((network.getName() + backwardSuffix).str());
  if (failed(buildBackward(network, backward, values, *learned))) {
    backward.erase();
    return signalPassFailure();
  }
  TrainingFunction update(backward, (network.getName() + updateSuffix).str());
  SmallVector<OptimizedParameter> parameters;
  for (Parameter parameter : learned->parameters)
    parameters.push_back({cast<RankedTensorType>(parameter.constant.getType()),
                          parameter.name, parameter.constant.getValue(),
                          decayAll || parameter.isMatrix});
  buildUpdate(update, {optimizer, nesterov}, parameters);
  makeInference(network, *learned);
  numParameters += learned->parameters.size();
}

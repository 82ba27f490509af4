//===- RestoreCheckpoint.cpp - Trained values into a model ----------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A checkpoint has names of initializers, but one that several layers share may
// have been separated, and then some of its uses have a name that the model
// does not know. To find them, the model is imported twice: once as it is
// compiled for training, once with an initializer of its own for each use. Both
// make the same operations, so that each operand says which name belongs to
// which use.
//
//===----------------------------------------------------------------------===//

#include "resnetc/Import/RestoreCheckpoint.h"
#include "InitializerUses.h"
#include "Tensors.h"
#include "mlir/Pass/PassManager.h"
#include "resnetc/Dialect/ResNet/Transforms/Passes.h"
#include "resnetc/Dialect/ResNet/Transforms/SeparateConstants.h"
#include "resnetc/Runtime/Checkpoint.h"
#include "resnetc/Support/Diagnostics.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/Support/Path.h"
#include <set>

using namespace mlir;
using namespace resnetc;
using namespace resnetc::import;

namespace {

/// Initializers of a model, by their names.
using Initializers = llvm::StringMap<onnx::TensorProto *>;

/// A use of an initializer, in the model with one for each.
struct Use {
  std::string initializer; ///< In the model as it is.
  /// The node's input; nothing for all uses that are not of nodes of the graph,
  /// or the only one.
  std::optional<InitializerUses::NodeInput> input;
};

/// A tensor of the checkpoint, and the uses that it belongs to.
struct Trained {
  std::string name;
  resnetc_rt_checkpoint_tensor tensor;
  std::set<std::string> uses;
};

class Restoration {
public:
  Restoration(StringRef path, MLIRContext &context,
              const ImportOptions &options)
      : path(path), context(context), options(options),
        loc(FileLineColLoc::get(&context, llvm::sys::path::filename(path), 0,
                                0)) {}

  FailureOr<std::string> run(StringRef checkpointPath);

private:
  LogicalResult readCheckpoint(StringRef path);
  /// Imports a model as it is for training.
  FailureOr<OwningOpRef<ModuleOp>>
  inferShapes(FailureOr<OwningOpRef<ModuleOp>> module);
  /// Finds the names that training gives uses.
  LogicalResult matchUses();
  /// Gives each use of an initializer one of its own.
  void separateUses(onnx::ModelProto &model);
  LogicalResult compare(func::FuncOp trained, func::FuncOp separate);
  LogicalResult findInitializers();
  LogicalResult check(const Trained &trained, const onnx::TensorProto &proto);
  LogicalResult write(StringRef initializer, ArrayRef<Trained *> trained);
  void addInitializer(const Trained &trained, const onnx::TensorProto &like);
  LogicalResult inlineExternalData();

  InFlightDiagnostic emitError() { return mlir::emitError(loc); }

  StringRef path;
  MLIRContext &context;
  const ImportOptions &options;
  Location loc;
  std::unique_ptr<ModelFile> file;
  std::unique_ptr<llvm::MemoryBuffer> bytes; ///< Of the checkpoint.
  std::vector<Trained> tensors;              ///< Parameters and statistics.
  onnx::ModelProto result;
  Initializers initializers; ///< Of `result`.
  llvm::StringSet<> names;   ///< Of values that `result` has.
  llvm::StringMap<Use> uses; ///< By the names that separateUses gives.
  /// What training calls the initializer of a use, and its reverse.
  std::map<std::string, std::set<std::string>> namesOfUse, usesOfName;
};

} // namespace

LogicalResult Restoration::readCheckpoint(StringRef checkpointPath) {
  Location loc = FileLineColLoc::get(&context, checkpointPath, 0, 0);
  auto buffer = llvm::MemoryBuffer::getFile(checkpointPath, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!buffer)
    return mlir::emitError(loc, "cannot be read: ")
           << buffer.getError().message();
  bytes = std::move(*buffer);
  resnetc_rt_checkpoint checkpoint;
  int status = resnetc_rt_checkpoint_open(&checkpoint, bytes->getBufferStart(),
                                          bytes->getBufferSize());
  if (status != RESNETC_OK)
    return mlir::emitError(loc) << resnetc_status_string(status);
  resnetc_rt_checkpoint_tensor tensor;
  while (resnetc_rt_checkpoint_next(&checkpoint, &tensor))
    if (tensor.kind == RESNETC_PARAMETER || tensor.kind == RESNETC_BUFFER)
      tensors.push_back(
          {std::string(tensor.name, tensor.name_length), tensor, {}});
  return success();
}

//===----------------------------------------------------------------------===//
// Names and uses
//===----------------------------------------------------------------------===//

FailureOr<OwningOpRef<ModuleOp>>
Restoration::inferShapes(FailureOr<OwningOpRef<ModuleOp>> module) {
  if (failed(module))
    return failure();
  PassManager manager(&context);
  manager.addNestedPass<func::FuncOp>(resnet::createResNetInferShapes());
  if (failed(manager.run(**module)))
    return failure();
  return module;
}

static std::string makeUnique(const llvm::Twine &name,
                              llvm::StringSet<> &names) {
  std::string unique = name.str();
  for (int i = 1; !names.insert(unique).second; ++i)
    unique = (name + "_" + llvm::Twine(i)).str();
  return unique;
}

/// Whether training may separate the uses of an initializer.
static bool isLearnable(const onnx::TensorProto &tensor) {
  return tensor.data_type() == onnx::TensorProto::FLOAT &&
         tensor.dims_size() > 0;
}

void Restoration::separateUses(onnx::ModelProto &model) {
  onnx::GraphProto &graph = *model.mutable_graph();
  llvm::StringSet<> taken = findNames(graph);
  auto usesOf = findInitializerUses(graph);
  int count = graph.initializer_size();
  for (int i = 0; i < count; ++i) {
    const std::string name = graph.initializer(i).name();
    const InitializerUses &found = usesOf[name];
    bool isOne = found.inputs.size() + (found.hasOthers ? 1 : 0) < 2;
    if (isOne || found.hasOthers || !isLearnable(graph.initializer(i)))
      uses[name] = {name, std::nullopt};
    if (isOne || !isLearnable(graph.initializer(i)))
      continue;
    for (InitializerUses::NodeInput input : found.inputs) {
      std::string unique =
          makeUnique(name + ".use" + llvm::Twine(input.node), taken);
      onnx::TensorProto &copy = *graph.add_initializer();
      copy = graph.initializer(i);
      copy.set_name(unique);
      graph.mutable_node(input.node)->set_input(input.input, unique);
      uses[unique] = {name, input};
    }
  }
}

static std::string initializerOf(Value value) {
  auto constant = value.getDefiningOp<resnet::ConstantOp>();
  StringAttr name =
      constant ? resnet::getInitializerName(constant) : StringAttr();
  return name ? name.str() : "";
}

/// Walks two functions whose operations are the same.
LogicalResult Restoration::compare(func::FuncOp trained,
                                   func::FuncOp separate) {
  auto isOperation = [](Operation &op) { return !isa<resnet::ConstantOp>(op); };
  auto list = llvm::make_filter_range(trained.getBody().front(), isOperation);
  auto other = llvm::make_filter_range(separate.getBody().front(), isOperation);
  auto second = other.begin();
  for (Operation &op : list) {
    if (second == other.end() || op.getName() != second->getName() ||
        op.getNumOperands() != second->getNumOperands())
      return failure();
    for (auto [operand, same] :
         llvm::zip_equal(op.getOperands(), second->getOperands())) {
      std::string name = initializerOf(operand), use = initializerOf(same);
      if (name.empty() != use.empty())
        return failure();
      if (name.empty())
        continue;
      namesOfUse[use].insert(name);
      usesOfName[name].insert(use);
    }
    ++second;
  }
  return success(second == other.end());
}

LogicalResult Restoration::matchUses() {
  auto trained = inferShapes(importONNX(path, context, options));
  if (failed(trained))
    return failure();
  onnx::ModelProto model = *file->getModel();
  separateUses(model);
  std::string text;
  // What is as large as that has its weights beside it, not twice.
  if (model.ByteSizeLong() > INT_MAX || !model.SerializeToString(&text))
    return emitError() << "initializers of many uses are too large to separate";
  auto separate = inferShapes(
      importONNX(llvm::MemoryBufferRef(text, path), context, options));
  if (failed(separate))
    return failure();
  auto functionOf = [](ModuleOp module) {
    return *module.getOps<func::FuncOp>().begin();
  };
  resnet::separateConstants(functionOf(**trained));
  if (failed(compare(functionOf(**trained), functionOf(**separate))))
    return emitError() << "cannot be trained initializer by initializer: what "
                          "its nodes compute depends on which they share";
  return success();
}

/// "3x4"; "a scalar" for no dimensions.
template <typename Dims> static std::string textOf(const Dims &dims) {
  std::string text;
  llvm::raw_string_ostream os(text);
  llvm::interleave(dims, os, "x");
  return text.empty() ? "a scalar" : text;
}

LogicalResult Restoration::check(const Trained &trained,
                                 const onnx::TensorProto &proto) {
  auto dims = ArrayRef(trained.tensor.dims, trained.tensor.rank);
  if (ArrayRef(proto.dims().data(), proto.dims_size()) != dims)
    return emitError() << "the checkpoint is of another model: '"
                       << printable(trained.name) << "' is " << textOf(dims)
                       << " there, but " << textOf(proto.dims()) << " here";
  if (proto.data_type() != onnx::TensorProto::FLOAT)
    return emitError() << "initializer '" << printable(trained.name)
                       << "' is not of floats";
  return success();
}

/// Finds which uses each tensor of the checkpoint belongs to, before anything
/// is changed.
LogicalResult Restoration::findInitializers() {
  for (Trained &trained : tensors) {
    trained.uses = usesOfName[trained.name];
    if (trained.uses.empty())
      return emitError() << "the checkpoint is of another model: there is no '"
                         << printable(trained.name) << "' here";
    for (const std::string &name : trained.uses) {
      auto use = uses.find(name);
      auto initializer = use == uses.end()
                             ? initializers.end()
                             : initializers.find(use->second.initializer);
      if (initializer == initializers.end() || namesOfUse[name].size() > 1)
        return emitError() << "'" << printable(trained.name)
                           << "' has no initializer of its own: it is in a "
                              "branch, or an argument of a function";
      if (failed(check(trained, *initializer->second)))
        return failure();
    }
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

static void setValue(onnx::TensorProto &proto,
                     const resnetc_rt_checkpoint_tensor &tensor) {
  bool hasField = proto.float_data_size() > 0 && !proto.has_raw_data() &&
                  proto.data_location() != onnx::TensorProto::EXTERNAL;
  if (hasField) {
    proto.mutable_float_data()->Resize(static_cast<int>(tensor.count), 0);
    resnetc_rt_checkpoint_read(&tensor,
                               proto.mutable_float_data()->mutable_data());
    return;
  }
  proto.clear_float_data();
  proto.clear_external_data();
  proto.clear_data_location();
  // Little-endian both.
  proto.set_raw_data(tensor.data, tensor.count * sizeof(float));
}

/// Adds an initializer for some uses of `like`.
void Restoration::addInitializer(const Trained &trained,
                                 const onnx::TensorProto &like) {
  onnx::GraphProto &graph = *result.mutable_graph();
  std::string name = names.contains(trained.name)
                         ? makeUnique(trained.name + ".trained", names)
                         : makeUnique(trained.name, names);
  onnx::TensorProto copy;
  for (int64_t size : like.dims())
    copy.add_dims(size);
  copy.set_data_type(like.data_type());
  copy.set_name(name);
  setValue(copy, trained.tensor);
  *graph.add_initializer() = std::move(copy);
  for (const std::string &use : trained.uses) {
    InitializerUses::NodeInput input = *uses[use].input;
    graph.mutable_node(input.node)->set_input(input.input, name);
  }
  // Before IR version 4, initializers had to be inputs as well.
  for (int i = 0; result.ir_version() < 4 && i < graph.input_size(); ++i) {
    if (graph.input(i).name() != like.name())
      continue;
    onnx::ValueInfoProto info = graph.input(i);
    info.set_name(name);
    *graph.add_input() = std::move(info);
    break;
  }
}

/// Writes what training made of one initializer. It keeps its value for uses
/// that were not trained.
LogicalResult Restoration::write(StringRef initializer,
                                 ArrayRef<Trained *> trained) {
  std::set<std::string> left;
  for (const auto &[name, use] : uses)
    if (use.initializer == initializer)
      left.insert(name.str());
  Trained *inPlace = nullptr;
  for (Trained *each : trained) {
    for (const std::string &use : each->uses)
      left.erase(use);
    // Uses that cannot be given another initializer.
    if (each->uses.count(initializer.str()))
      inPlace = each;
  }
  if (inPlace && !left.empty())
    return emitError() << "'" << printable(inPlace->name)
                       << "' has no initializer of its own: it is in a branch";
  if (!inPlace && left.empty()) {
    auto *same = llvm::find_if(
        trained, [&](Trained *each) { return each->name == initializer; });
    inPlace = same == trained.end() ? trained.front() : *same;
  }
  // It stays where it is when others are added.
  onnx::TensorProto &proto = *initializers[initializer];
  for (Trained *each : trained)
    if (each != inPlace)
      addInitializer(*each, proto);
  if (inPlace)
    setValue(proto, inPlace->tensor);
  return success();
}

/// Calls `visit` with all tensors of nodes, and of graphs in them.
static LogicalResult
forEachTensor(onnx::GraphProto &graph,
              llvm::function_ref<LogicalResult(onnx::TensorProto &)> visit);

static LogicalResult
forEachTensor(google::protobuf::RepeatedPtrField<onnx::NodeProto> &nodes,
              llvm::function_ref<LogicalResult(onnx::TensorProto &)> visit) {
  for (onnx::NodeProto &node : nodes)
    for (onnx::AttributeProto &attribute : *node.mutable_attribute()) {
      if (attribute.has_t() && failed(visit(*attribute.mutable_t())))
        return failure();
      for (onnx::TensorProto &tensor : *attribute.mutable_tensors())
        if (failed(visit(tensor)))
          return failure();
      if (attribute.has_g() &&
          failed(forEachTensor(*attribute.mutable_g(), visit)))
        return failure();
      for (onnx::GraphProto &branch : *attribute.mutable_graphs())
        if (failed(forEachTensor(branch, visit)))
          return failure();
    }
  return success();
}

static LogicalResult
forEachTensor(onnx::GraphProto &graph,
              llvm::function_ref<LogicalResult(onnx::TensorProto &)> visit) {
  for (onnx::TensorProto &tensor : *graph.mutable_initializer())
    if (failed(visit(tensor)))
      return failure();
  return forEachTensor(*graph.mutable_node(), visit);
}

/// Puts data that lies beside the model into it: it may be written to another
/// place.
LogicalResult Restoration::inlineExternalData() {
  auto visit = [&](onnx::TensorProto &tensor) -> LogicalResult {
    if (tensor.data_location() != onnx::TensorProto::EXTERNAL)
      return success();
    llvm::Expected<std::string> data =
        readExternalData(&context, *file, tensor);
    if (!data)
      return emitError() << "initializer '" << printable(tensor.name())
                         << "': " << llvm::toString(data.takeError());
    tensor.clear_external_data();
    tensor.clear_data_location();
    tensor.set_raw_data(std::move(*data));
    return success();
  };
  if (failed(forEachTensor(*result.mutable_graph(), visit)))
    return failure();
  for (onnx::FunctionProto &function : *result.mutable_functions())
    if (failed(forEachTensor(*function.mutable_node(), visit)))
      return failure();
  return success();
}

FailureOr<std::string> Restoration::run(StringRef checkpointPath) {
  FailureOr<std::unique_ptr<ModelFile>> opened = ModelFile::open(path, loc);
  if (failed(opened) || failed(readCheckpoint(checkpointPath)))
    return failure();
  file = std::move(*opened);
  if (failed(matchUses()))
    return failure();
  result = *file->getModel();
  names = findNames(result.graph());
  for (onnx::TensorProto &tensor :
       *result.mutable_graph()->mutable_initializer())
    initializers[tensor.name()] = &tensor;
  if (failed(findInitializers()))
    return failure();
  llvm::MapVector<StringRef, SmallVector<Trained *>> byInitializer;
  for (Trained &trained : tensors)
    byInitializer[uses[*trained.uses.begin()].initializer].push_back(&trained);
  for (auto &[initializer, trained] : byInitializer)
    if (failed(write(initializer, trained)))
      return failure();
  if (failed(inlineExternalData()))
    return failure();
  std::string text;
  if (result.ByteSizeLong() > INT_MAX || !result.SerializeToString(&text))
    return emitError()
           << "has " << result.ByteSizeLong()
           << " bytes with its weights inside, but protobuf ends at "
              "2 GB";
  return text;
}

FailureOr<std::string>
resnetc::restoreCheckpoint(StringRef path, StringRef checkpoint,
                           MLIRContext &context, const ImportOptions &options) {
  return Restoration(path, context, options).run(checkpoint);
}

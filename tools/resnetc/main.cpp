//===- main.cpp - The compiler's command line -----------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/BuiltinTypes.h"
#include "resnetc/Driver/CommandLine.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/PassTimingInfo.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Timer.h"
#include <csignal>

namespace cl = llvm::cl;
using namespace resnetc;

static cl::OptionCategory category("resnetc options");

static cl::opt<std::string> input(cl::Positional, cl::desc("MODEL.onnx"),
                                  cl::cat(category));
static cl::opt<std::string> output("o", cl::desc("The file to write"),
                                   cl::value_desc("OUT"), cl::cat(category));
static cl::opt<std::string>
    emit("emit", cl::value_desc("kind"), cl::cat(category),
         cl::desc("What to write, whatever OUT's suffix: o, a, so, s, ll, or a "
                  "stage of the IR: resnet, kernel, llvm"));
static cl::opt<std::string>
    name("name", cl::value_desc("NAME"), cl::cat(category),
         cl::desc("Prefix of every exported symbol (default: from the file "
                  "name)"));
static cl::opt<std::string> target("target", cl::value_desc("triple"),
                                   cl::cat(category),
                                   cl::desc("Target (default: this host)"));
static cl::opt<std::string>
    cpu("cpu", cl::value_desc("name[,name...]"), cl::cat(category),
        cl::desc("Target CPU, as LLVM names it, or 'native' (default: this "
                 "host's). With several, the object has code for each and runs "
                 "the best for the CPU that it is on"));
static cl::opt<std::string>
    gpu("gpu", cl::value_desc("sm_XY"), cl::cat(category),
        cl::desc("Compute on an NVIDIA GPU of this architecture, for example "
                 "sm_80 or sm_90a"));
static cl::opt<std::string> gpuTile(
    "gpu-tile", cl::value_desc("TILE"), cl::cat(category), cl::Hidden,
    cl::desc("With --gpu, compute all convolutions with this tile, written as "
             "in #kernel.implicit_gemm; for measuring"));
static cl::opt<std::string>
    batch("batch", cl::value_desc("N|dynamic"), cl::cat(category),
          cl::desc("Batch size (default: any, unless the model depends on "
                   "its own)"));
static cl::list<std::string> inputShapes(
    "input-shape", cl::value_desc("[NAME:]1x3xHxW"), cl::cat(category),
    cl::desc("Shape of an input, in place of the file's; a letter or ? leaves "
             "the file's size. May be given for each input"));
static cl::opt<std::string>
    precision("precision", cl::value_desc("f32|bf16|f16"), cl::cat(category),
              cl::desc("What activations and the weights of convolutions are "
                       "(default: f32); sums are f32. f16 is for --gpu"),
              cl::init("f32"));
static cl::opt<bool>
    exact("exact", cl::cat(category),
          cl::desc("Compute every convolution as the sum of its products, none "
                   "by Winograd's algorithm, which is faster but whose weights "
                   "are larger"));
static cl::opt<std::string>
    schedules("schedules", cl::value_desc("FILE"), cl::cat(category),
              cl::desc("Compute convolutions as this file, which --tune has "
                       "written, says for their shapes"));
static cl::opt<std::string>
    tune("tune", cl::value_desc("FILE"), cl::cat(category),
         cl::desc("Measure on this host how convolutions are computed fastest, "
                  "and add it to FILE"));
static cl::opt<bool>
    train("train", cl::cat(category),
          cl::desc("Compile what trains the network: a step, forward, backward "
                   "and optimizer"));
static TrainingOptions trainingOptions(category);
static cl::opt<std::string>
    gradientOf("gradient-of", cl::value_desc("input"), cl::cat(category),
               cl::desc("With --train, also make the gradient with respect to "
                        "the inputs, an output of the step"));
static cl::opt<bool> dataParallel(
    "data-parallel", cl::cat(category),
    cl::desc(
        "With --train, let several processes train the network, each with a "
        "share of every batch"));
static cl::opt<bool> syncBatchNorm(
    "sync-batch-norm", cl::cat(category),
    cl::desc(
        "With --data-parallel, normalize by the statistics of all shares"));
static cl::opt<std::string> fromCheckpoint(
    "from-checkpoint", cl::value_desc("FILE"), cl::cat(category),
    cl::desc("Write the model to OUT.onnx with the trained parameters of a "
             "checkpoint, which an object compiled from it has saved"));
static cl::opt<bool> verbose("v", cl::desc("Say what is done"),
                             cl::cat(category));

static int usageError(const llvm::Twine &message) {
  llvm::errs() << "error: " << message << "\n";
  return static_cast<int>(CompileStatus::BadUsage);
}

static void printVersion(llvm::raw_ostream &os) {
  os << "resnetc " << RESNETC_VERSION << " (LLVM " << LLVM_VERSION_STRING
     << ")\n";
}

static bool isIdentifier(llvm::StringRef text) {
  return !text.empty() && !llvm::isDigit(text.front()) &&
         llvm::all_of(text,
                      [](char c) { return llvm::isAlnum(c) || c == '_'; });
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  // A limit of file sizes makes an error of writing then, not a crash. After
  // InitLLVM, which handles the signal as one.
  std::signal(SIGXFSZ, SIG_IGN);
  registerCompilerOptions(category);
  cl::SetVersionPrinter(printVersion);
  if (!cl::ParseCommandLineOptions(
          argc, argv,
          "Compiles a residual network in ONNX to a native object\n",
          &llvm::errs()))
    return static_cast<int>(CompileStatus::BadUsage);

  if (input.empty() || output.empty())
    return usageError("usage: resnetc MODEL.onnx -o OUT; see --help");
  if (output != "-" && llvm::sys::fs::equivalent(input, output))
    return usageError("'" + output + "' is the input");
  CompileOptions options;
  options.input = input;
  options.output = output;
  llvm::StringRef kindName =
      emit.empty() ? llvm::sys::path::extension(output) : llvm::StringRef(emit);
  for (const std::string &text : inputShapes) {
    std::optional<InputShape> shape = InputShape::parse(text);
    if (!shape)
      return usageError("--input-shape=" + text +
                        " is no shape; one is written as x:1x3x224x224");
    options.inputShapes.push_back(std::move(*shape));
  }
  if (!fromCheckpoint.empty()) {
    if (train || kindName != ".onnx")
      return usageError(train ? "--from-checkpoint compiles nothing to train"
                              : "--from-checkpoint writes a model: the output "
                                "ends in .onnx");
    if (llvm::sys::fs::equivalent(fromCheckpoint, output))
      return usageError("'" + output + "' is the checkpoint");
    return static_cast<int>(writeTrainedModel(options, fromCheckpoint));
  }
  std::optional<OutputKind> kind = parseOutputKind(kindName);
  if (!kind)
    return usageError("do not know what to write as '" + kindName +
                      "'; known are o, a, so, s, ll, mlir, with --gpu ptx, "
                      "cubin, and with --emit "
                      "also resnet, kernel, llvm");
  options.kind = *kind;
  bool isText = *kind == OutputKind::LLVMIR || *kind == OutputKind::ResNet ||
                *kind == OutputKind::Kernel || *kind == OutputKind::LLVMDialect;
  bool isDeviceCode = *kind == OutputKind::PTX || *kind == OutputKind::Cubin;
  if (isDeviceCode && gpu.empty())
    return usageError("a ." + llvm::Twine(kindName.ltrim('.')) +
                      " is the code of a GPU; name one with --gpu");
  isText |= *kind == OutputKind::PTX;
  if (output == "-" && !isText)
    return usageError("only IR can be written to standard output");
  if (getCompanion(*kind, output) == output)
    return usageError("'" + output +
                      "' is also the name of the file that is "
                      "written beside it; choose another suffix");
  options.name = name;
  if (!name.empty() && !isIdentifier(name))
    return usageError("--name=" + name + " is not a C identifier");
  options.triple = target;
  llvm::SmallVector<llvm::StringRef> cpus;
  if (!cpu.empty())
    llvm::StringRef(cpu).split(cpus, ',');
  if (llvm::is_contained(cpus, ""))
    return usageError("--cpu=" + cpu + " has a comma without a name");
  for (llvm::StringRef name : cpus)
    options.cpus.push_back(name.str());
  if (precision != "f32" && precision != "bf16" && precision != "f16")
    return usageError("--precision=" + precision +
                      " is not known; f32, bf16 and f16 are");
  if (precision == "f16" && gpu.empty())
    return usageError("--precision=f16 is for GPUs; name one with --gpu");
  options.precision = precision == "f32"    ? Precision::F32
                      : precision == "bf16" ? Precision::BF16
                                            : Precision::F16;
  options.gpu = gpu;
  options.gpuTile = gpuTile;
  if (!batch.empty() && batch != "dynamic") {
    int64_t size = 0;
    if (llvm::StringRef(batch).getAsInteger(10, size) || size < 1 ||
        size > INT32_MAX)
      return usageError("--batch=" + batch +
                        " is neither a positive number nor 'dynamic'");
    options.batch = size;
  } else if (batch == "dynamic") {
    options.batch = mlir::ShapedType::kDynamic;
  }
  options.exact = exact;
  if (!schedules.empty() && !tune.empty())
    return usageError("--tune reads its file, too; --schedules is for another");
  options.schedules = schedules;
  options.tune = tune;
  if (!gradientOf.empty() && gradientOf != "input")
    return usageError("--gradient-of=" + gradientOf +
                      " is not known; input is");
  if (syncBatchNorm && !dataParallel)
    return usageError("--sync-batch-norm is of --data-parallel");
  if (dataParallel && !train)
    return usageError("--data-parallel is of --train");
  if (train && !tune.empty())
    return usageError("--tune measures inference, not what --train compiles");
  if (train) {
    auto &training = options.training.emplace(trainingOptions.get());
    training.gradientOfInput = !gradientOf.empty();
    training.dataParallel = dataParallel;
    training.syncBatchNorm = syncBatchNorm;
    options.recomputeBlocks = trainingOptions.recomputesBlocks();
  }
  options.verbose = verbose;
  options.runtimeArchive = findRuntime(argv[0]);
  int status = static_cast<int>(compile(options));
  llvm::reportAndResetTimings();
  return status;
}

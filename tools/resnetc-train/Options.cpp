//===- Options.cpp - The command line of resnetc-train --------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Options.h"
#include "resnetc/Driver/CommandLine.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Threading.h"
#include <cmath>

namespace cl = llvm::cl;
using namespace llvm;
using namespace resnetc;
using namespace resnetc::train;

static cl::OptionCategory category("resnetc-train options");

static cl::opt<std::string>
    network(cl::Positional, cl::desc("MODEL.onnx|NET.so"), cl::cat(category));
static cl::list<std::string>
    data("data", cl::CommaSeparated, cl::value_desc("DIR|FILE[,FILE...]"),
         cl::cat(category),
         cl::desc("What to learn from: a folder of CIFAR, .bin files of CIFAR, "
                  "or a folder with a folder of pictures for each class"));
static cl::list<std::string>
    validation("validation", cl::CommaSeparated,
               cl::value_desc("DIR|FILE[,FILE...]"), cl::cat(category),
               cl::desc("What to test with after each epoch, in the same "
                        "layouts"));
static cl::list<std::string>
    augment("augment", cl::CommaSeparated, cl::value_desc("crop,flip"),
            cl::cat(category),
            cl::desc("What is done to pictures at random: a crop with 4 pixels "
                     "of padding, a horizontal flip"));
static cl::list<double>
    mean("mean", cl::CommaSeparated, cl::value_desc("R,G,B"), cl::cat(category),
         cl::desc("What is subtracted from pixels of 0 to 1 (default: "
                  "ImageNet's mean)"));
static cl::list<double>
    deviation("std", cl::CommaSeparated, cl::value_desc("R,G,B"),
              cl::cat(category),
              cl::desc("What they are divided by then (default: ImageNet's "
                       "standard deviation)"));
static cl::opt<int64_t> epochs("epochs", cl::value_desc("N"), cl::init(10),
                               cl::cat(category),
                               cl::desc("How often to go through the data "
                                        "(default: 10)"));
static cl::opt<int64_t> batch("batch", cl::value_desc("N"), cl::init(128),
                              cl::cat(category),
                              cl::desc("Pictures of a step (default: 128)"));
static cl::opt<double> rate("lr", cl::value_desc("X"), cl::cat(category),
                            cl::desc("Learning rate (default: as the object "
                                     "has it)"));
static cl::opt<ScheduleKind> schedule(
    "schedule", cl::cat(category), cl::init(ScheduleKind::Constant),
    cl::desc("What becomes of the learning rate:"),
    cl::values(clEnumValN(ScheduleKind::Constant, "constant",
                          "nothing (default)"),
               clEnumValN(ScheduleKind::Cosine, "cosine",
                          "it falls to 0 as half a period of a cosine"),
               clEnumValN(ScheduleKind::Step, "step",
                          "it is multiplied by --factor at --milestones")));
static cl::opt<double> warmup("warmup", cl::value_desc("EPOCHS"), cl::init(0),
                              cl::cat(category),
                              cl::desc("Let the rate grow in the first epochs, "
                                       "which may be a part of one"));
static cl::list<double>
    milestones("milestones", cl::CommaSeparated, cl::value_desc("P[,P...]"),
               cl::cat(category),
               cl::desc("With --schedule=step, parts of training from 0 to 1 "
                        "(default: 0.5,0.75)"));
static cl::opt<double> factor("factor", cl::value_desc("X"), cl::init(0.1),
                              cl::cat(category),
                              cl::desc("With --schedule=step (default: 0.1)"));
static cl::opt<double> momentum("momentum", cl::value_desc("X"),
                                cl::cat(category),
                                cl::desc("The same as --set=momentum=X"));
static cl::opt<double> weightDecay("weight-decay", cl::value_desc("X"),
                                   cl::cat(category),
                                   cl::desc("The same as "
                                            "--set=weight_decay=X"));
static cl::list<std::string>
    settings("set", cl::value_desc("NAME=X"), cl::cat(category),
             cl::desc("A setting of the object, by its name in the header; may "
                      "be given for each"));
static cl::opt<uint64_t> seed("seed", cl::value_desc("N"), cl::init(0),
                              cl::cat(category),
                              cl::desc("Of all that is random (default: 0)"));

/// LLVM's link-time optimizer, which is in its library, has an option of this
/// name.
[[maybe_unused]] static const bool isNameFree = [] {
  if (cl::Option *other = cl::getRegisteredOptions().lookup("threads"))
    other->setArgStr("lto-threads");
  return true;
}();
static cl::opt<int> threads("threads", cl::value_desc("N"), cl::init(0),
                            cl::cat(category),
                            cl::desc("That compute (default: 0, one for each "
                                     "core). Results do not depend on it"));
static cl::opt<int> workers("workers", cl::value_desc("N"), cl::init(1),
                            cl::cat(category),
                            cl::desc("Further threads, which prepare batches "
                                     "(default: 1)"));
static cl::opt<std::string> save("save", cl::value_desc("OUT.onnx"),
                                 cl::cat(category),
                                 cl::desc("Write the model with what was "
                                          "learned"));
static cl::opt<std::string> checkpoint(
    "checkpoint", cl::value_desc("FILE"), cl::cat(category),
    cl::desc("Write a checkpoint after each epoch, and FILE.json beside it"));
static cl::opt<int64_t>
    checkpointEvery("checkpoint-every", cl::value_desc("STEPS"), cl::init(0),
                    cl::cat(category), cl::desc("Write it within epochs, too"));
static cl::opt<std::string>
    resume("resume", cl::value_desc("FILE"), cl::cat(category),
           cl::desc("Go on from a checkpoint, by the same options; it is also "
                    "where the next ones go, without --checkpoint"));
static cl::opt<int64_t> maxSteps(
    "max-steps", cl::value_desc("STEPS"), cl::init(0), cl::cat(category),
    cl::desc("End after so many steps of this run, as an interrupt does"));
static cl::opt<std::string> csv("csv", cl::value_desc("FILE"),
                                cl::cat(category),
                                cl::desc("Write what was measured after each "
                                         "epoch as comma-separated values"));
static cl::opt<std::string> svg("svg", cl::value_desc("FILE"),
                                cl::cat(category),
                                cl::desc("Write it as a picture of curves"));
static cl::opt<std::string> model("model", cl::value_desc("MODEL.onnx"),
                                  cl::cat(category),
                                  cl::desc("What NET.so was compiled from, for "
                                           "--save"));
static cl::opt<std::string> name("name", cl::value_desc("NAME"),
                                 cl::cat(category),
                                 cl::desc("The network's prefix, if NET.so has "
                                          "several"));
static cl::opt<std::string> cpu("cpu", cl::value_desc("name"),
                                cl::cat(category),
                                cl::desc("With MODEL.onnx, the CPU to compile "
                                         "for (default: this one)"));
static cl::opt<bool>
    exact("exact", cl::cat(category),
          cl::desc("With MODEL.onnx, compute no convolution by "
                   "Winograd's algorithm"));
static cl::opt<std::string>
    precision("precision", cl::value_desc("f32|bf16"), cl::cat(category),
              cl::desc("With MODEL.onnx, element type of images in memory "
                       "(default: f32); what is learned is f32"));
static TrainingOptions trainingOptions(category);

static void printVersion(raw_ostream &os) {
  os << "resnetc-train " << RESNETC_VERSION << " (LLVM " << LLVM_VERSION_STRING
     << ")\n";
}

static Error usageError(const Twine &message) {
  return createStringError(message);
}

/// Fails unless the option has a number that is not negative.
static Error checkNumber(const cl::opt<double> &option) {
  if (std::isfinite(option) && option >= 0)
    return Error::success();
  return usageError("--" + option.ArgStr + " has to be a number of at least 0");
}

static Error checkNumbers() {
  const std::pair<StringRef, int64_t> atLeastOne[] = {
      {"epochs", epochs}, {"batch", batch}, {"workers", workers}};
  const std::pair<StringRef, int64_t> atLeastZero[] = {
      {"threads", threads},
      {"checkpoint-every", checkpointEvery},
      {"max-steps", maxSteps}};
  constexpr int64_t largest = INT32_MAX;
  for (const auto &[option, value] : atLeastOne)
    if (value < 1 || value > largest)
      return usageError("--" + option + " is " + Twine(value) +
                        ", but has to be from 1 to " + Twine(largest));
  for (const auto &[option, value] : atLeastZero)
    if (value < 0)
      return usageError("--" + option + " is " + Twine(value) +
                        ", but has to be at least 0");
  for (const cl::opt<double> *option : {&rate, &warmup, &factor})
    if (Error error = checkNumber(*option))
      return error;
  if (warmup > static_cast<double>(epochs))
    return usageError("--warmup is more than --epochs");
  for (double milestone : milestones)
    if (!(milestone >= 0 && milestone <= 1))
      return usageError("--milestones are parts of training, from 0 to 1");
  if (!llvm::is_sorted(milestones))
    return usageError("--milestones have to increase");
  return Error::success();
}

static Error getPictures(Options &options) {
  if (data.empty())
    return usageError("--data says what to learn from; see --help");
  options.data.assign(data.begin(), data.end());
  options.validation.assign(validation.begin(), validation.end());
  for (const std::string &kind : augment) {
    if (kind != "crop" && kind != "flip")
      return usageError("--augment=" + kind +
                        " is not known; crop and flip are");
    (kind == "crop" ? options.augmentation.crop : options.augmentation.flip) =
        true;
  }
  auto take = [](const cl::list<double> &list,
                 std::array<float, ImageSize::channels> &to) -> Error {
    if (!list.empty() && list.size() != to.size())
      return usageError("--" + list.ArgStr + " has " + Twine(list.size()) +
                        " numbers, but a picture has 3 channels");
    for (auto [value, place] : zip_first(list, to)) {
      place = static_cast<float>(value);
      if (!std::isfinite(place))
        return usageError("--" + list.ArgStr + " has what is no finite number");
    }
    return Error::success();
  };
  if (Error error = take(mean, options.normalization.mean))
    return error;
  if (Error error = take(deviation, options.normalization.deviation))
    return error;
  if (any_of(options.normalization.deviation,
             [](float value) { return value <= 0; }))
    return usageError("--std has to be positive");
  return Error::success();
}

static Error getSettings(Options &options) {
  for (const std::string &text : settings) {
    auto [setting, number] = StringRef(text).split('=');
    double value = 0;
    if (setting.empty() || number.getAsDouble(value) || !std::isfinite(value))
      return usageError("--set=" + text + " is not NAME=NUMBER");
    if (setting == "learning_rate")
      return usageError("--lr sets the learning rate");
    options.settings.emplace_back(setting.str(), value);
  }
  for (const auto &[option, setting] :
       {std::pair(&momentum, "momentum"),
        std::pair(&weightDecay, "weight_decay")})
    if (option->getNumOccurrences()) {
      if (Error error = checkNumber(*option))
        return error;
      options.settings.emplace_back(setting, *option);
    }
  return Error::success();
}

/// What to train, and how to compile it.
static Error getNetwork(Options &options, const char *argv0) {
  if (network.empty())
    return usageError("usage: resnetc-train MODEL.onnx|NET.so --data=DIR; see "
                      "--help");
  options.network = network;
  options.name = name;
  if (sys::path::extension(network) != ".onnx") {
    options.model = model;
    if (!trainingOptions.getText().empty() ||
        trainingOptions.recomputesBlocks() || !cpu.empty() || exact ||
        !precision.empty())
      return usageError("'" + network +
                        "' is compiled already; options of compiling are for "
                        "MODEL.onnx");
    return Error::success();
  }
  if (!model.empty() || !name.empty())
    return usageError("--" + Twine(model.empty() ? "name" : "model") +
                      " is for NET.so");
  options.model = network;
  CompileOptions &compile = options.compile.emplace();
  compile.input = network;
  if (!cpu.empty())
    compile.cpus = {cpu};
  compile.exact = exact;
  if (!precision.empty() && precision != "f32" && precision != "bf16")
    return usageError("--precision=" + precision +
                      " is not known; f32 and bf16 are");
  compile.precision = precision == "bf16" ? Precision::BF16 : Precision::F32;
  compile.training.emplace(trainingOptions.get());
  compile.recomputeBlocks = trainingOptions.recomputesBlocks();
  compile.runtimeArchive = findRuntime(argv0);
  options.compileText = trainingOptions.getText();
  auto addText = [&](StringRef text) {
    if (!options.compileText.empty())
      options.compileText += ' ';
    options.compileText += text;
  };
  if (exact)
    addText("--exact");
  if (compile.precision == Precision::BF16) {
    addText("--precision=bf16");
    // What is computed again is not rounded where it would have been stored.
    if (compile.recomputeBlocks)
      addText("--recompute=blocks");
  }
  return Error::success();
}

static Error getOutputs(Options &options) {
  options.save = save;
  options.checkpoint = checkpoint.empty() ? resume : checkpoint;
  options.resume = resume;
  options.csv = csv;
  options.svg = svg;
  options.checkpointEvery = checkpointEvery;
  options.maxSteps = maxSteps;
  if (!save.empty()) {
    if (options.model.empty())
      return usageError("--save needs the model that '" + network +
                        "' was compiled from: --model=MODEL.onnx");
    if (sys::path::extension(save) != ".onnx")
      return usageError("--save writes a model: its name ends in .onnx");
    if (sys::fs::equivalent(save, options.model))
      return usageError("'" + save + "' is the model that is trained");
  }
  if (options.checkpoint.empty() && (checkpointEvery || maxSteps))
    return usageError("--" +
                      Twine(maxSteps ? "max-steps" : "checkpoint-every") +
                      " needs --checkpoint");
  std::vector<std::string> outputs = {options.save, options.checkpoint, csv,
                                      svg};
  if (!options.checkpoint.empty())
    outputs.push_back(options.checkpoint + ".json");
  for (size_t i = 0; i < outputs.size(); ++i)
    for (size_t j = 0; j < i; ++j)
      if (!outputs[i].empty() && outputs[i] == outputs[j])
        return usageError("'" + outputs[i] + "' would be written twice");
  return Error::success();
}

static Expected<Options> getOptions(const char *argv0) {
  Options options;
  if (Error error = getNetwork(options, argv0))
    return error;
  if (Error error = getPictures(options))
    return error;
  if (Error error = checkNumbers())
    return error;
  if (Error error = getSettings(options))
    return error;
  if (Error error = getOutputs(options))
    return error;
  options.epochs = epochs;
  options.batch = batch;
  options.seed = seed;
  options.threads =
      threads ? threads
              : static_cast<int>(hardware_concurrency().compute_thread_count());
  options.workers = workers;
  if (rate.getNumOccurrences())
    options.rate = rate;
  options.schedule = schedule;
  options.warmup = warmup;
  options.milestones = Schedule().milestones;
  if (!milestones.empty())
    options.milestones.assign(milestones.begin(), milestones.end());
  options.factor = factor;
  return options;
}

std::optional<Options> resnetc::train::parseOptions(int argc, char **argv) {
  registerCompilerOptions(category);
  cl::SetVersionPrinter(printVersion);
  if (!cl::ParseCommandLineOptions(
          argc, argv, "Trains a classifier of pictures\n", &errs()))
    return std::nullopt;
  Expected<Options> options = getOptions(argv[0]);
  if (options)
    return std::move(*options);
  errs() << "error: " << toString(options.takeError()) << "\n";
  return std::nullopt;
}

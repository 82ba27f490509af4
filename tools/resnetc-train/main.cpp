//===- main.cpp - From pictures to a trained model ------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CompileNetwork.h"
#include "Interrupt.h"
#include "Options.h"
#include "TrainingLoop.h"
#include "resnetc/Driver/OutputFiles.h"
#include "resnetc/Driver/TemporaryFolder.h"
#include "resnetc/Train/Random.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include <csignal>

using namespace llvm;
using namespace resnetc;
using namespace resnetc::train;

/// Whether `path` is a device or a pipe, such as /dev/stdout.
static bool isSpecial(StringRef path) {
  sys::fs::file_status status;
  return !sys::fs::status(path, status) &&
         status.type() != sys::fs::file_type::regular_file &&
         status.type() != sys::fs::file_type::directory_file;
}

/// Fails now for what could not be written after hours.
static Error checkOutputs(const Options &options) {
  OutputFiles files;
  for (const std::string &path : {options.csv, options.svg})
    if (!path.empty() && !isSpecial(path))
      if (Error error = files.create(path).takeError())
        return error;
  for (const std::string &path : {options.save, options.checkpoint})
    if (!path.empty())
      if (Error error = files.create(path).takeError())
        return error;
  // Another training's result is not lost by a forgotten option.
  if (!options.checkpoint.empty() && sys::fs::exists(options.checkpoint) &&
      options.checkpoint != options.resume)
    return createStringError(options.checkpoint +
                             ": is there already; --resume goes on from it");
  return Error::success();
}

static Error applySettings(const Options &options, Classifier &network) {
  for (const auto &[name, value] : options.settings) {
    MutableArrayRef<float> setting = network.getSetting(name);
    if (setting.empty())
      return createStringError(options.network + ": has no setting '" + name +
                               "'; it has " +
                               join(network.getSettingNames(), ", "));
    llvm::fill(setting, static_cast<float>(value));
  }
  return Error::success();
}

/// Writes the model with what the network has learned.
static Error saveModel(const Options &options, const Classifier &network,
                       CompileStatus &status) {
  Expected<TemporaryFolder> folder = TemporaryFolder::create("resnetc-train");
  if (!folder)
    return folder.takeError();
  std::string checkpoint = folder->getFile("trained.ckpt");
  if (Error error = network.save(checkpoint))
    return error;
  CompileOptions compile;
  compile.input = options.model;
  compile.output = options.save;
  status = writeTrainedModel(compile, checkpoint);
  return Error::success();
}

static Expected<int> run(const Options &options) {
  if (Error error = checkOutputs(options))
    return error;
  CompileStatus status = CompileStatus::Success;
  Expected<TrainingObject> object =
      options.compile ? compileNetwork(*options.compile, status)
                      : TrainingObject::load(options.network, options.name);
  if (status != CompileStatus::Success) {
    consumeError(object.takeError());
    return static_cast<int>(status);
  }
  if (!object)
    return object.takeError();
  if (object->version != "resnetc " RESNETC_VERSION)
    return createStringError(options.network + ": was compiled by " +
                             object->version + ", not resnetc " +
                             RESNETC_VERSION);
  auto network = Classifier::create(*object, options.network, options.batch,
                                    options.threads);
  if (!network)
    return network.takeError();
  if (Error error = applySettings(options, **network))
    return error;
  if (Error error = (*network)->seed(getNetworkSeed(options.seed)))
    return error;
  auto open = [&](ArrayRef<std::string> paths, DatasetPart part) {
    return openDataset(paths, part, (*network)->getImageSize(),
                       (*network)->getClassCount());
  };
  auto training = open(options.data, DatasetPart::Training);
  if (!training)
    return training.takeError();
  std::unique_ptr<Dataset> validation;
  if (!options.validation.empty())
    if (Error error = open(options.validation, DatasetPart::Validation)
                          .moveInto(validation))
      return error;

  Progress progress(outs(), sys::Process::StandardOutIsDisplayed());
  progress.print(Twine((*training)->size()) + " pictures to learn from, " +
                 Twine(validation ? validation->size() : 0) + " to test with");
  TrainingLoop loop(options, **network, **training, validation.get(), progress);
  if (!options.resume.empty())
    if (Error error = loop.resume())
      return error;
  // After the compiler, whose handlers would remove its files.
  catchInterrupts();
  Expected<bool> done = loop.run();
  if (!done)
    return done.takeError();
  if (!*done)
    return Interrupted;
  if (!options.save.empty())
    if (Error error = saveModel(options, **network, status))
      return error;
  return static_cast<int>(status);
}

int main(int argc, char **argv) {
  InitLLVM init(argc, argv);
  // A limit of file sizes makes an error of writing then, not a crash. After
  // InitLLVM, which handles the signal as one.
  std::signal(SIGXFSZ, SIG_IGN);
  std::optional<Options> options = parseOptions(argc, argv);
  if (!options)
    return WrongUsage;
  Expected<int> status = run(*options);
  if (status)
    return *status;
  outs().flush();
  errs() << "error: " << toString(status.takeError()) << "\n";
  return InputAtFault;
}

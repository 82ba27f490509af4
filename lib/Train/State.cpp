//===- State.cpp - Where training was interrupted -------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Train/State.h"
#include "resnetc/Driver/OutputFiles.h"
#include "resnetc/Runtime/Checkpoint.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace llvm;
using namespace resnetc;
using namespace resnetc::train;

/// Of the layout of the file.
static constexpr int64_t version = 1;

static std::string getStatePath(const std::string &checkpoint) {
  return checkpoint + ".json";
}

static Expected<std::unique_ptr<MemoryBuffer>> readFile(const Twine &path) {
  auto file = MemoryBuffer::getFile(path, /*IsText=*/false,
                                    /*RequiresNullTerminator=*/false);
  if (!file)
    return createStringError(file.getError(),
                             path + ": " + file.getError().message());
  return std::move(*file);
}

/// The hash that ends a checkpoint, in hexadecimal digits.
static Expected<std::string> readHash(const std::string &checkpoint) {
  auto file = readFile(checkpoint);
  if (!file)
    return file.takeError();
  StringRef bytes = (*file)->getBuffer();
  return toHex(bytes.take_back(RESNETC_RT_CHECKPOINT_HASH_SIZE),
               /*LowerCase=*/true);
}

//===----------------------------------------------------------------------===//
// JSON
//===----------------------------------------------------------------------===//

namespace resnetc::train {

static json::Value toJSON(const Score &score) {
  return json::Object{{"loss", score.loss}, {"accuracy", score.accuracy}};
}

static json::Value toJSON(const EpochRecord &record) {
  json::Object object{{"epoch", record.epoch},
                      {"training", toJSON(record.training)},
                      {"rate", record.rate},
                      {"seconds", record.seconds}};
  if (record.validation)
    object["validation"] = toJSON(*record.validation);
  return object;
}

static bool fromJSON(const json::Value &value, Score &score, json::Path path) {
  json::ObjectMapper map(value, path);
  return map && map.map("loss", score.loss) &&
         map.map("accuracy", score.accuracy);
}

static bool fromJSON(const json::Value &value, EpochRecord &record,
                     json::Path path) {
  json::ObjectMapper map(value, path);
  return map && map.map("epoch", record.epoch) &&
         map.map("training", record.training) &&
         map.map("validation", record.validation) &&
         map.map("rate", record.rate) && map.map("seconds", record.seconds);
}

static json::Object toJSON(const TrainingState &state) {
  json::Array history;
  for (const EpochRecord &record : state.history)
    history.push_back(toJSON(record));
  return json::Object{
      {"epoch", state.epoch},         {"step", state.step},
      {"loss_sum", state.lossSum},    {"correct", state.correct},
      {"seen", state.seen},           {"seconds", state.seconds},
      {"history", std::move(history)}};
}

static bool fromJSON(const json::Value &value, TrainingState &state,
                     json::Path path) {
  json::ObjectMapper map(value, path);
  return map && map.map("epoch", state.epoch) && map.map("step", state.step) &&
         map.map("loss_sum", state.lossSum) &&
         map.map("correct", state.correct) && map.map("seen", state.seen) &&
         map.map("seconds", state.seconds) && map.map("history", state.history);
}

} // namespace resnetc::train

//===----------------------------------------------------------------------===//
// Files
//===----------------------------------------------------------------------===//

/// The states in a file, by the hashes of their checkpoints.
static Expected<json::Object> readStates(const std::string &path) {
  auto file = readFile(path);
  if (!file)
    return file.takeError();
  Expected<json::Value> value = json::parse((*file)->getBuffer());
  if (!value)
    return createStringError(path + ": " + toString(value.takeError()));
  json::Object *object = value->getAsObject();
  if (!object || object->getInteger("version") != version ||
      !object->getObject("states"))
    return createStringError(path + ": is no state of training of this "
                                    "version of resnetc-train");
  return std::move(*object->getObject("states"));
}

/// The state of the checkpoint that is there; nothing if it has none.
static std::optional<json::Value> getPresent(const std::string &path,
                                             std::string &hash) {
  Expected<std::string> present = readHash(path);
  Expected<json::Object> states = readStates(getStatePath(path));
  if (!present || !states) {
    consumeError(present.takeError());
    consumeError(states.takeError());
    return std::nullopt;
  }
  json::Value *state = states->get(*present);
  if (!state)
    return std::nullopt;
  hash = *present;
  return std::move(*state);
}

static Error writeStates(const std::string &path, json::Object states) {
  json::Object file{{"version", version}, {"states", std::move(states)}};
  OutputFiles files;
  if (Error error = files.write(path, [&](raw_pwrite_stream &os) {
        os << formatv("{0:2}\n", json::Value(std::move(file)));
        return Error::success();
      }))
    return error;
  return files.commit();
}

Error resnetc::train::saveState(const std::string &path,
                                const Classifier &network,
                                const TrainingState &state,
                                const Settings &settings) {
  std::string next = path + ".new";
  if (Error error = network.save(next))
    return error;
  auto finish = [&]() -> Error {
    Expected<std::string> hash = readHash(next);
    if (!hash)
      return hash.takeError();
    json::Object states;
    std::string presentHash;
    if (auto present = getPresent(path, presentHash))
      states[presentHash] = std::move(*present);
    states[*hash] = json::Object{{"state", toJSON(state)},
                                 {"settings", json::Object(settings)}};
    if (Error error = writeStates(getStatePath(path), std::move(states)))
      return error;
    if (std::error_code code = sys::fs::rename(next, path))
      return createStringError(code, path + ": " + code.message());
    return Error::success();
  };
  // What did not come to its place is not left.
  FileRemover remover(next);
  if (Error error = finish())
    return error;
  remover.releaseFile();
  return Error::success();
}

/// A setting as a user would write it.
static std::string getText(const json::Value *value) {
  if (!value)
    return "not there";
  if (std::optional<StringRef> text = value->getAsString())
    return text->empty() ? "not given" : text->str();
  return formatv("{0}", *value);
}

/// Fails if training would go on otherwise than it started.
static Error compareSettings(const std::string &path, const Settings &was,
                             const Settings &is) {
  std::vector<std::string> names;
  for (const Settings *settings : {&was, &is})
    for (const auto &[name, value] : *settings)
      names.push_back(name.str());
  llvm::sort(names);
  for (const std::string &name : names) {
    const json::Value *before = was.get(name);
    const json::Value *now = is.get(name);
    if (!before || !now || *before != *now)
      return createStringError(
          path + ": was made with other options: " + Twine(name) + " was " +
          getText(before) + " and is " + getText(now));
  }
  return Error::success();
}

Error resnetc::train::loadState(const std::string &path, Classifier &network,
                                TrainingState &state,
                                const Settings &settings) {
  if (Error error = network.load(path))
    return error;
  std::string statePath = getStatePath(path);
  Expected<std::string> hash = readHash(path);
  if (!hash)
    return hash.takeError();
  Expected<json::Object> states = readStates(statePath);
  if (!states)
    return states.takeError();
  const json::Object *entry = states->getObject(*hash);
  if (!entry)
    return createStringError(statePath + ": does not belong to " + path);
  const json::Value *value = entry->get("state");
  const json::Object *was = entry->getObject("settings");
  json::Path::Root root("state");
  TrainingState result;
  if (!value || !was || !fromJSON(*value, result, root))
    return createStringError(
        statePath + ": is damaged" +
        (value && was ? ": " + toString(root.getError()) : ""));
  if (Error error = compareSettings(path, *was, settings))
    return error;
  state = std::move(result);
  return Error::success();
}

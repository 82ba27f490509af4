//===- MutateModel.cpp - Small changes to ONNX models ---------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MutateModel.h"
#include "llvm/ADT/ArrayRef.h"
#include <cmath>
#include <cstdint>
#include <limits>
#include <onnx/onnx_pb.h>
#include <random>
#include <string>
#include <vector>

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

extern "C" size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t maxSize);

namespace {

/// A field of a message in the model; with lists, one element of it.
struct Place {
  Message *message;
  const FieldDescriptor *field;
  int index; ///< In a list; -1 for what is none.
};

class Mutator {
public:
  Mutator(onnx::ModelProto &model, unsigned seed) : engine(seed) {
    collect(model);
  }

  void run();

private:
  size_t pick(size_t count) { return engine() % count; }
  bool chance(size_t oneIn) { return pick(oneIn) == 0; }

  void collect(Message &message);
  void change(const Place &place);
  void changeList(const Place &place);
  void changeMessage(const Place &place);
  int64_t changeInt(int64_t value);
  double changeFloat(double value);
  std::string changeString(const Place &place, const std::string &value);
  std::string changeBytes(const std::string &value);

  std::mt19937 engine;
  std::vector<Place> places;
};

} // namespace

/// Where weights are is one place for all of them, or nothing else would
/// change.
static constexpr int maxElements = 8;

void Mutator::collect(Message &message) {
  const Reflection *reflection = message.GetReflection();
  std::vector<const FieldDescriptor *> fields;
  reflection->ListFields(message, &fields);
  for (const FieldDescriptor *field : fields) {
    bool isMessage = field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    if (!field->is_repeated()) {
      places.push_back({&message, field, -1});
      if (isMessage)
        collect(*reflection->MutableMessage(&message, field));
      continue;
    }
    int count = reflection->FieldSize(message, field);
    for (int i = 0; i < count; ++i) {
      if (isMessage || i < maxElements)
        places.push_back({&message, field, i});
      if (isMessage)
        collect(*reflection->MutableRepeatedMessage(&message, field, i));
    }
  }
}

int64_t Mutator::changeInt(int64_t value) {
  static constexpr int64_t telling[] = {
      0,       1,       -1,        2,         3,         4,         7,
      8,       13,      16,        17,        64,        255,       1 << 16,
      INT_MAX, INT_MIN, 1LL << 31, 1LL << 32, 1LL << 40, INT64_MAX, INT64_MIN};
  switch (pick(4)) {
  case 0:
    return static_cast<int64_t>(static_cast<uint64_t>(value) + 1);
  case 1:
    return static_cast<int64_t>(static_cast<uint64_t>(value) - 1);
  case 2:
    return static_cast<int64_t>(0 - static_cast<uint64_t>(value));
  default:
    return telling[pick(std::size(telling))];
  }
}

double Mutator::changeFloat(double value) {
  const double telling[] = {0.0,
                            -0.0,
                            1.0,
                            -1.0,
                            0.5,
                            1e-5,
                            1e-40,
                            1e30,
                            -1e30,
                            std::numeric_limits<double>::infinity(),
                            -std::numeric_limits<double>::infinity(),
                            std::nan("")};
  return chance(3) ? -value : telling[pick(std::size(telling))];
}

/// Bytes as libFuzzer changes them, at most a few more.
std::string Mutator::changeBytes(const std::string &value) {
  std::string result = value;
  result.resize(value.size() + 8);
  size_t size = LLVMFuzzerMutate(reinterpret_cast<uint8_t *>(result.data()),
                                 value.size(), result.size());
  result.resize(size);
  return result;
}

std::string Mutator::changeString(const Place &place,
                                  const std::string &value) {
  // Of such that may be elsewhere than in the model.
  static const char *const operators[] = {"Conv",
                                          "ConvTranspose",
                                          "BatchNormalization",
                                          "Relu",
                                          "Add",
                                          "Mul",
                                          "MaxPool",
                                          "AveragePool",
                                          "GlobalAveragePool",
                                          "Gemm",
                                          "MatMul",
                                          "Reshape",
                                          "Flatten",
                                          "Transpose",
                                          "Concat",
                                          "Slice",
                                          "Pad",
                                          "Split",
                                          "Gather",
                                          "Squeeze",
                                          "Unsqueeze",
                                          "Softmax",
                                          "Clip",
                                          "Resize",
                                          "Cast",
                                          "Shape",
                                          "Constant",
                                          "ConstantOfShape",
                                          "Expand",
                                          "Where",
                                          "ReduceMean",
                                          "TopK",
                                          "OneHot",
                                          "InstanceNormalization",
                                          "LayerNormalization",
                                          "QuantizeLinear",
                                          "Einsum",
                                          "NonZero"};
  static const char *const values[] = {
      "",        "NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID", "constant",
      "reflect", "edge",   "nearest",    "linear",     "cubic", "ai.onnx"};
  if (place.field->name() == "op_type" && chance(2))
    return operators[pick(std::size(operators))];
  if (chance(8))
    return values[pick(std::size(values))];
  if (chance(8))
    return changeBytes(value);
  // A name from anywhere else.
  for (int attempt = 0; attempt < 8; ++attempt) {
    const Place &other = places[pick(places.size())];
    if (other.field->cpp_type() != FieldDescriptor::CPPTYPE_STRING)
      continue;
    const Reflection *reflection = other.message->GetReflection();
    return other.index < 0 ? reflection->GetString(*other.message, other.field)
                           : reflection->GetRepeatedString(
                                 *other.message, other.field, other.index);
  }
  return value;
}

/// An element goes, comes twice, or changes places with another.
void Mutator::changeList(const Place &place) {
  Message *message = place.message;
  const FieldDescriptor *field = place.field;
  const Reflection *reflection = message->GetReflection();
  int last = reflection->FieldSize(*message, field) - 1;
  switch (pick(3)) {
  case 0:
    reflection->SwapElements(message, field, place.index, last);
    reflection->RemoveLast(message, field);
    break;
  case 1:
    reflection->SwapElements(message, field, place.index,
                             static_cast<int>(pick(last + 1)));
    break;
  default:
    switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE: {
      std::string bytes =
          reflection->GetRepeatedMessage(*message, field, place.index)
              .SerializePartialAsString();
      reflection->AddMessage(message, field)->ParsePartialFromString(bytes);
      break;
    }
    case FieldDescriptor::CPPTYPE_INT64:
      reflection->AddInt64(
          message, field,
          reflection->GetRepeatedInt64(*message, field, place.index));
      break;
    case FieldDescriptor::CPPTYPE_INT32:
      reflection->AddInt32(
          message, field,
          reflection->GetRepeatedInt32(*message, field, place.index));
      break;
    case FieldDescriptor::CPPTYPE_FLOAT:
      reflection->AddFloat(
          message, field,
          reflection->GetRepeatedFloat(*message, field, place.index));
      break;
    case FieldDescriptor::CPPTYPE_STRING:
      reflection->AddString(
          message, field,
          reflection->GetRepeatedString(*message, field, place.index));
      break;
    default:
      break;
    }
  }
}

/// Becomes what another message of its type is.
void Mutator::changeMessage(const Place &place) {
  auto get = [](const Place &p) {
    const Reflection *reflection = p.message->GetReflection();
    return p.index < 0 ? reflection->MutableMessage(p.message, p.field)
                       : reflection->MutableRepeatedMessage(p.message, p.field,
                                                            p.index);
  };
  std::vector<Message *> others;
  for (const Place &other : places)
    if (other.field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
        other.field->message_type() == place.field->message_type())
      others.push_back(get(other));
  // By way of bytes: one may contain the other.
  std::string bytes = others[pick(others.size())]->SerializePartialAsString();
  get(place)->ParsePartialFromString(bytes);
}

void Mutator::change(const Place &place) {
  Message *message = place.message;
  const FieldDescriptor *field = place.field;
  const Reflection *reflection = message->GetReflection();
  bool isList = place.index >= 0;
  if (isList && chance(3))
    return changeList(place);
  if (!isList && chance(10))
    return reflection->ClearField(message, field);
  switch (field->cpp_type()) {
  case FieldDescriptor::CPPTYPE_MESSAGE:
    return changeMessage(place);
  case FieldDescriptor::CPPTYPE_STRING: {
    std::string value =
        isList ? reflection->GetRepeatedString(*message, field, place.index)
               : reflection->GetString(*message, field);
    value = field->type() == FieldDescriptor::TYPE_BYTES && chance(2)
                ? changeBytes(value)
                : changeString(place, value);
    return isList ? reflection->SetRepeatedString(message, field, place.index,
                                                  value)
                  : reflection->SetString(message, field, value);
  }
  case FieldDescriptor::CPPTYPE_INT64:
    return isList ? reflection->SetRepeatedInt64(
                        message, field, place.index,
                        changeInt(reflection->GetRepeatedInt64(*message, field,
                                                               place.index)))
                  : reflection->SetInt64(
                        message, field,
                        changeInt(reflection->GetInt64(*message, field)));
  case FieldDescriptor::CPPTYPE_INT32:
    return isList ? reflection->SetRepeatedInt32(
                        message, field, place.index,
                        static_cast<int32_t>(
                            changeInt(reflection->GetRepeatedInt32(
                                *message, field, place.index))))
                  // Mostly a type of elements.
                  : reflection->SetInt32(message, field,
                                         static_cast<int32_t>(pick(20)));
  case FieldDescriptor::CPPTYPE_FLOAT:
    return isList ? reflection->SetRepeatedFloat(
                        message, field, place.index,
                        static_cast<float>(
                            changeFloat(reflection->GetRepeatedFloat(
                                *message, field, place.index))))
                  : reflection->SetFloat(
                        message, field,
                        static_cast<float>(changeFloat(
                            reflection->GetFloat(*message, field))));
  case FieldDescriptor::CPPTYPE_ENUM:
    if (!isList)
      reflection->SetEnumValue(message, field, static_cast<int>(pick(16)));
    return;
  default:
    return;
  }
}

void Mutator::run() {
  if (!places.empty())
    change(places[pick(places.size())]);
}

size_t resnetc::fuzzing::mutateModel(uint8_t *data, size_t size, size_t maxSize,
                                     unsigned seed) {
  onnx::ModelProto model;
  if (seed % 16 == 0 || !model.ParseFromArray(data, static_cast<int>(size)))
    return LLVMFuzzerMutate(data, size, maxSize);
  std::mt19937 engine(seed);
  // Each change is to the places that the ones before have left.
  for (unsigned changes = 1 + engine() % 3; changes > 0; --changes)
    Mutator(model, static_cast<unsigned>(engine())).run();
  size_t newSize = model.ByteSizeLong();
  if (newSize > maxSize ||
      !model.SerializePartialToArray(data, static_cast<int>(newSize)))
    return LLVMFuzzerMutate(data, size, maxSize);
  return newSize;
}

//===- Tensor.cpp - Tensors in memory and their element types -------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Tensor.h"
#include "Error.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

using namespace resnetc::run;

size_t resnetc::run::elementSize(int32_t Type) {
  switch (Type) {
  case RESNETC_UINT8:
  case RESNETC_INT8:
  case RESNETC_BOOL:
    return 1;
  case RESNETC_FLOAT16:
  case RESNETC_BFLOAT16:
  case RESNETC_INT16:
  case RESNETC_UINT16:
    return 2;
  case RESNETC_FLOAT32:
  case RESNETC_INT32:
  case RESNETC_UINT32:
    return 4;
  case RESNETC_FLOAT64:
  case RESNETC_INT64:
  case RESNETC_UINT64:
    return 8;
  default:
    return 0;
  }
}

const char *resnetc::run::elementName(int32_t Type) {
  switch (Type) {
  case RESNETC_FLOAT32:
    return "f32";
  case RESNETC_UINT8:
    return "u8";
  case RESNETC_INT8:
    return "i8";
  case RESNETC_UINT16:
    return "u16";
  case RESNETC_INT16:
    return "i16";
  case RESNETC_UINT32:
    return "u32";
  case RESNETC_UINT64:
    return "u64";
  case RESNETC_INT32:
    return "i32";
  case RESNETC_INT64:
    return "i64";
  case RESNETC_BOOL:
    return "bool";
  case RESNETC_FLOAT16:
    return "f16";
  case RESNETC_FLOAT64:
    return "f64";
  case RESNETC_BFLOAT16:
    return "bf16";
  default:
    return "unknown type";
  }
}

namespace {

template <typename T> T load(const void *From, int64_t Index) {
  T Value;
  std::memcpy(&Value, static_cast<const char *>(From) + Index * sizeof(T),
              sizeof(T));
  return Value;
}

template <typename T> void store(void *To, int64_t Index, T Value) {
  std::memcpy(static_cast<char *>(To) + Index * sizeof(T), &Value, sizeof(T));
}

float bitsToFloat(uint32_t Bits) { return load<float>(&Bits, 0); }

/// IEEE 754 binary16.
double halfToDouble(uint16_t Half) {
  int Exponent = Half >> 10 & 0x1f;
  int Fraction = Half & 0x3ff;
  double Magnitude;
  if (Exponent == 0x1f)
    Magnitude = Fraction ? std::numeric_limits<double>::quiet_NaN()
                         : std::numeric_limits<double>::infinity();
  else if (Exponent == 0)
    Magnitude = std::ldexp(Fraction, -24);
  else
    Magnitude = std::ldexp(Fraction + 0x400, Exponent - 25);
  return Half & 0x8000 ? -Magnitude : Magnitude;
}

uint16_t doubleToHalf(double Value) {
  uint16_t Sign = std::signbit(Value) ? 0x8000 : 0;
  if (std::isnan(Value))
    return Sign | 0x7e00;
  double Magnitude = std::fabs(Value);
  // Halfway between the largest half and the next power of two.
  if (Magnitude >= 65520.0)
    return Sign | 0x7c00;
  int Exponent = 0;
  if (Magnitude > 0)
    Exponent = std::ilogb(Magnitude);
  Exponent = std::max(Exponent, -14);
  // In units of the last place; carries into the exponent by itself.
  auto Units = static_cast<uint16_t>(
      std::nearbyint(std::ldexp(Magnitude, 10 - Exponent)));
  return Sign | static_cast<uint16_t>(Units + ((Exponent + 14) << 10));
}

uint16_t doubleToBFloat16(double Value) {
  auto Single = static_cast<float>(Value);
  auto Bits = load<uint32_t>(&Single, 0);
  if (std::isnan(Single))
    return static_cast<uint16_t>(Bits >> 16 | 0x40);
  return static_cast<uint16_t>((Bits + 0x7fff + (Bits >> 16 & 1)) >> 16);
}

template <typename T> T saturate(double Value) {
  if (std::isnan(Value))
    return 0;
  if (Value <= static_cast<double>(std::numeric_limits<T>::min()))
    return std::numeric_limits<T>::min();
  if (Value >= static_cast<double>(std::numeric_limits<T>::max()))
    return std::numeric_limits<T>::max();
  return static_cast<T>(std::nearbyint(Value));
}

double loadElement(int32_t Type, const void *From, int64_t Index) {
  switch (Type) {
  case RESNETC_FLOAT32:
    return load<float>(From, Index);
  case RESNETC_UINT8:
    return load<uint8_t>(From, Index);
  case RESNETC_INT8:
    return load<int8_t>(From, Index);
  case RESNETC_UINT16:
    return load<uint16_t>(From, Index);
  case RESNETC_INT16:
    return load<int16_t>(From, Index);
  case RESNETC_UINT32:
    return load<uint32_t>(From, Index);
  case RESNETC_UINT64:
    return static_cast<double>(load<uint64_t>(From, Index));
  case RESNETC_INT32:
    return load<int32_t>(From, Index);
  case RESNETC_INT64:
    return static_cast<double>(load<int64_t>(From, Index));
  case RESNETC_BOOL:
    return load<uint8_t>(From, Index) != 0;
  case RESNETC_FLOAT16:
    return halfToDouble(load<uint16_t>(From, Index));
  case RESNETC_FLOAT64:
    return load<double>(From, Index);
  case RESNETC_BFLOAT16:
    return bitsToFloat(uint32_t{load<uint16_t>(From, Index)} << 16);
  default:
    return 0;
  }
}

void storeElement(int32_t Type, void *To, int64_t Index, double Value) {
  switch (Type) {
  case RESNETC_FLOAT32:
    return store(To, Index, static_cast<float>(Value));
  case RESNETC_UINT8:
    return store(To, Index, saturate<uint8_t>(Value));
  case RESNETC_INT8:
    return store(To, Index, saturate<int8_t>(Value));
  case RESNETC_UINT16:
    return store(To, Index, saturate<uint16_t>(Value));
  case RESNETC_INT16:
    return store(To, Index, saturate<int16_t>(Value));
  case RESNETC_UINT32:
    return store(To, Index, saturate<uint32_t>(Value));
  case RESNETC_UINT64:
    return store(To, Index, saturate<uint64_t>(Value));
  case RESNETC_INT32:
    return store(To, Index, saturate<int32_t>(Value));
  case RESNETC_INT64:
    return store(To, Index, saturate<int64_t>(Value));
  case RESNETC_BOOL:
    return store(To, Index, static_cast<uint8_t>(Value != 0));
  case RESNETC_FLOAT16:
    return store(To, Index, doubleToHalf(Value));
  case RESNETC_FLOAT64:
    return store(To, Index, Value);
  case RESNETC_BFLOAT16:
    return store(To, Index, doubleToBFloat16(Value));
  default:
    return;
  }
}

} // namespace

void resnetc::run::convertElements(int32_t FromType, const void *From,
                                   int32_t ToType, void *To, int64_t Count) {
  if (FromType == ToType) {
    std::memcpy(To, From, Count * elementSize(FromType));
    return;
  }
  for (int64_t I = 0; I < Count; ++I)
    storeElement(ToType, To, I, loadElement(FromType, From, I));
}

std::string resnetc::run::shapeText(const int64_t *Dims, size_t Rank) {
  if (Rank == 0)
    return "scalar";
  std::string Text;
  for (size_t I = 0; I < Rank; ++I) {
    if (I > 0)
      Text += 'x';
    Text += Dims[I] < 0 ? "?" : std::to_string(Dims[I]);
  }
  return Text;
}

std::string resnetc::run::shapeText(const std::vector<int64_t> &Dims) {
  return shapeText(Dims.data(), Dims.size());
}

std::string resnetc::run::shapeText(const resnetc_tensor_info &Info) {
  return shapeText(Info.dims, static_cast<size_t>(Info.rank));
}

int64_t resnetc::run::elementCount(const std::vector<int64_t> &Dims,
                                   const char *What) {
  constexpr int64_t LargestElement = 8;
  int64_t Bytes = LargestElement;
  for (int64_t Dim : Dims)
    if (__builtin_mul_overflow(Bytes, Dim, &Bytes))
      fatal("%s: shape %s is too large", What, shapeText(Dims).c_str());
  return Bytes / LargestElement;
}

Buffer resnetc::run::allocate(size_t Bytes, size_t Alignment,
                              const char *What) {
  void *Memory = nullptr;
  if (posix_memalign(&Memory, std::max(Alignment, sizeof(void *)),
                     std::max<size_t>(Bytes, 1)) != 0)
    fatal("%s: no memory for %zu bytes", What, Bytes);
  return Buffer(static_cast<char *>(Memory));
}

Tensor::Tensor(const resnetc_tensor_info &Info, int64_t Batch)
    : Info(&Info), Dims(Info.dims, Info.dims + Info.rank) {
  constexpr size_t CacheLine = 64;
  if (elementSize(type()) == 0)
    fatal("'%s' has element type %d, which this resnetc-run does not know",
          name(), type());
  for (int64_t &Dim : Dims)
    if (Dim < 0)
      Dim = Batch;
  Count = elementCount(Dims, name());
  Data = allocate(bytes(), CacheLine, name());
}

void Tensor::repeatFirst(int64_t Batch) {
  size_t Image = bytes() / Batch;
  for (int64_t I = 1; I < Batch; ++I)
    std::memcpy(Data.get() + I * Image, Data.get(), Image);
}
